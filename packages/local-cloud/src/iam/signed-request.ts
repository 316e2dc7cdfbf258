import type { CredentialSource } from '../shared/caller.ts';
import type { CanonicalParts } from './sigv4-canonical.ts';
import type { SignatureDialect } from './sigv4-errors.ts';

/** A received request. Pass Node's `headersDistinct`, so that repeated headers are joined as by AWS. */
export interface SignedRequest extends CanonicalParts {
  /**
   * Lower-case hexadecimal SHA-256 of the received body. Omitted for S3, where `x-amz-content-sha256` names
   * it; the caller then compares the body with `payloadHash`.
   */
  readonly bodyHash?: string;
}

export interface VerifyOptions {
  readonly credentials: CredentialSource;
  /** ms since the epoch. */
  readonly now: number;
  readonly region: string;
  /** The signing name that the scope must have. Without it, any is accepted and returned in `scope.service`. */
  readonly service?: string;
  /**
   * `s3`: path encoded once, error codes of S3. `json`, `query`: path encoded twice, error codes of those
   * protocols.
   */
  readonly dialect: SignatureDialect;
}
