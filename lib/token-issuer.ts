export interface SignIn {
  readonly url: string;
  /** Where the sign-in page sends its code: the first of the configured. */
  readonly callbackUrl: string;
}

/** Whose access tokens the API accepts, and which scopes they must have. */
export interface TokenIssuer {
  /** As `iss` stands in the tokens. */
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly scopes: { readonly read: string; readonly write: string };
  /** Where people sign in; known for an own user pool only. */
  readonly signIn?: SignIn;
}
