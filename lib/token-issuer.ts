export interface SignIn {
  readonly url: string;
  /** The redirect URI of the sign-in page: the first configured one. */
  readonly callbackUrl: string;
}

/** The issuer whose access tokens the API accepts, and the scopes that they need. */
export interface TokenIssuer {
  /** The `iss` claim of the tokens. */
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly scopes: { readonly read: string; readonly write: string; readonly play: string };
  /** The claim of moderators' tokens, and its value. */
  readonly moderators: { readonly claim: string; readonly value: string };
  /** The sign-in page. Present only for the user pool of this deployment. */
  readonly signIn?: SignIn;
}
