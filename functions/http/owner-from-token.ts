import { encodeOwner, SubjectError } from '../../core/uploads/object-keys.ts';
import type { ApiExchange, Owner } from './api-request.ts';
import { ProblemError } from './problem-error.ts';

/**
 * Reads the owner from the claims that API Gateway's JWT authorizer has verified. The authorizer does not
 * distinguish an id token from an access token, so this does: by Cognito's `token_use` if the token has it,
 * otherwise by the claims that only access tokens have (RFC 9068: `scope`, `client_id`; `scp` of some issuers).
 * The authorizer has checked the scope that the route requires.
 */
export function ownerFromToken() {
  const isAccessToken = (claims: Claims): boolean =>
    claims.token_use === undefined
      ? ['scope', 'scp', 'client_id'].some((claim) => claims[claim] !== undefined)
      : claims.token_use === 'access';

  return {
    before({ event }: ApiExchange): void {
      const claims = event.requestContext.authorizer?.jwt?.claims;
      if (typeof claims?.sub !== 'string') {
        throw new ProblemError('unauthenticated', {
          detail: 'The request has no token with a subject.',
        });
      }
      if (!isAccessToken(claims)) {
        throw new ProblemError('unauthenticated', {
          detail: 'The token is not an access token; send the access token, not the id token.',
        });
      }
      event.owner = ownerOf(claims.sub);
    },
  };
}

type Claims = Readonly<Record<string, unknown>>;

function ownerOf(subject: string): Owner {
  try {
    return { owner: encodeOwner(subject), subject };
  } catch (error) {
    if (error instanceof SubjectError) {
      throw new ProblemError('unauthenticated', { detail: error.message });
    }
    throw error;
  }
}
