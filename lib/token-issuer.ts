/** Whose access tokens the API accepts, and which scopes they must have. */
export interface TokenIssuer {
  /** As `iss` stands in the tokens. */
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly scopes: { readonly read: string; readonly write: string };
}
