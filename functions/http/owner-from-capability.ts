import type { CapabilityItem } from '../../core/uploads/records.ts';
import type { ApiExchange } from './api-request.ts';
import { ownerFromToken } from './owner-from-token.ts';
import { ProblemError } from './problem-error.ts';

/**
 * Reads the owner from the capability in the path; on routes without one in their path, from the token.
 * @param find a capability; undefined for one that does not exist or has expired
 */
export function ownerFromCapability(
  find: (
    capability: string,
  ) => Promise<Pick<CapabilityItem, 'owner' | 'subject' | 'pk'> | undefined>,
) {
  const byToken = ownerFromToken();
  return {
    async before(exchange: ApiExchange): Promise<void> {
      const { event } = exchange;
      const capability = event.pathParameters?.capability;
      if (capability === undefined) return byToken.before(exchange);
      const found = await find(capability);
      if (!found) {
        throw new ProblemError('unauthenticated', {
          detail: 'This companion session does not exist or has expired; create a new one.',
        });
      }
      const { owner, subject, pk } = found;
      event.owner = { owner, subject, capability: pk };
    },
  };
}
