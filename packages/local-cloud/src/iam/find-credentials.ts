import type { Caller, Credentials } from '../shared/caller.ts';
import { equalSignatures } from './equal-signatures.ts';
import type { VerifyOptions } from './signed-request.ts';
import type { SignatureClaim } from './sigv4-claim.ts';
import { signatureError } from './sigv4-errors.ts';

/**
 * The credentials of an access key. Its session token must be that of the request and not expired. Throws
 * InvalidAccessKeyId, InvalidToken or ExpiredToken by their names in the dialect.
 */
export function findCredentials(
  claim: Pick<SignatureClaim, 'accessKeyId' | 'sessionToken'>,
  { credentials: source, now, dialect }: Pick<VerifyOptions, 'credentials' | 'now' | 'dialect'>,
): { credentials: Credentials; caller: Caller } {
  const found = source.find(claim.accessKeyId);
  const known = found?.credentials;
  // AWS does not know a temporary key without its token, because the token contains the secret.
  if (!found || !known || (known.sessionToken !== undefined && claim.sessionToken === undefined)) {
    throw signatureError(
      'unknownKey',
      dialect,
      dialect === 's3'
        ? 'The AWS Access Key Id you provided does not exist in our records.'
        : 'The security token included in the request is invalid.',
      { AWSAccessKeyId: claim.accessKeyId },
    );
  }
  if (claim.sessionToken !== undefined && !sameToken(claim.sessionToken, known.sessionToken)) {
    throw signatureError(
      'invalidToken',
      dialect,
      dialect === 's3'
        ? 'The provided token is malformed or otherwise invalid.'
        : 'The security token included in the request is invalid.',
      { 'Token-0': claim.sessionToken },
    );
  }
  if (known.expiresAt !== undefined && now >= known.expiresAt) {
    throw signatureError(
      'expiredToken',
      dialect,
      dialect === 's3'
        ? 'The provided token has expired.'
        : 'The security token included in the request is expired',
      { 'Token-0': claim.sessionToken },
    );
  }
  return found;
}

function sameToken(given: string, expected: string | undefined): boolean {
  return expected !== undefined && equalSignatures(given, expected);
}
