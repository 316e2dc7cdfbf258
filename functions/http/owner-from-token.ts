import { encodeOwner, SubjectError } from '../../core/object-keys.ts';
import type { ApiExchange, Owner } from './api-request.ts';
import { ProblemError } from './problem-error.ts';

export interface OwnerFromTokenOptions {
  /** A scope that the access token must carry; without one, any access token will do. */
  readonly scope?: string;
}

/**
 * Takes the owner from the claims that API Gateway's JWT authorizer has verified. The authorizer cannot tell an
 * id token from an access token, so that is done here: Cognito's `token_use` where the token has it, otherwise
 * the claims that only access tokens carry (RFC 9068: `scope`, `client_id`; `scp` of some issuers).
 */
export function ownerFromToken(options: OwnerFromTokenOptions = {}) {
  const { scope } = options;

  const isAccessToken = (claims: Claims): boolean =>
    claims.token_use === undefined
      ? ['scope', 'scp', 'client_id'].some((claim) => claims[claim] !== undefined)
      : claims.token_use === 'access';

  const hasScope = (claims: Claims): boolean =>
    scope === undefined || scopesOf(claims.scope ?? claims.scp).includes(scope);

  return {
    before({ event }: ApiExchange): void {
      const claims = event.requestContext.authorizer?.jwt?.claims;
      if (typeof claims?.sub !== 'string') {
        throw new ProblemError('unauthenticated', { detail: 'The request carries no token.' });
      }
      if (!isAccessToken(claims)) {
        throw new ProblemError('unauthenticated', {
          detail: 'The token is not an access token; send the access token, not the id token.',
        });
      }
      if (!hasScope(claims)) {
        throw new ProblemError('forbidden', { detail: `The access token has no scope ${scope}.` });
      }
      event.owner = ownerOf(claims.sub);
    },
  };
}

type Claims = Readonly<Record<string, unknown>>;

/** A string with spaces, or a list; API Gateway writes a list of the token as the text `[a b]`. */
function scopesOf(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.map(String);
  return typeof claim === 'string' ? claim.replace(/^\[|\]$/g, '').split(/[\s,]+/) : [];
}

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
