import type { ApiExchange } from './api-request.ts';
import type { LimitRequests } from './request-limit.ts';

/** For routes without a token: nobody is identified, and nothing is anybody's own. */
export function anyone() {
  return {
    before({ event }: ApiExchange): void {
      event.owner = { owner: '', subject: '' };
    },
  };
}

/** Callers without a token are counted by API Gateway only. */
export const unlimited: LimitRequests = async () => ({ outcome: 'counted' });
