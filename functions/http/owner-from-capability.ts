import { findCapability } from '../adapters/dynamodb/capabilities.ts';
import type { Table } from '../adapters/dynamodb/table.ts';
import type { ApiExchange } from './api-request.ts';
import { ownerFromToken } from './owner-from-token.ts';
import { ProblemError } from './problem-error.ts';

/** Takes the owner from the path's capability; on routes that have none in their path, from the token. */
export function ownerFromCapability(table: Table) {
  const byToken = ownerFromToken();
  return {
    async before(exchange: ApiExchange): Promise<void> {
      const { event } = exchange;
      const capability = event.pathParameters?.capability;
      if (capability === undefined) return byToken.before(exchange);
      const found = await findCapability(table, capability, Date.now());
      if (!found) {
        throw new ProblemError('unauthenticated', {
          detail: 'This address has ended or never was; ask for a new one.',
        });
      }
      event.owner = { owner: found.owner, subject: found.subject };
    },
  };
}
