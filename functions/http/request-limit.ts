import type { Refusal } from '../../core/uploads/refusals.ts';
import type { ApiExchange, Owner } from './api-request.ts';
import { accepted } from './problem-error.ts';

/** Counts a request of a caller, and refuses it where there were too many. */
export type LimitRequests = (
  caller: Pick<Owner, 'owner' | 'capability'>,
  now: number,
) => Promise<{ readonly outcome: 'counted' } | Refusal>;

/**
 * Refuses a request of a caller who has made too many, before its body is read.
 * @param now milliseconds since the epoch
 */
export function requestLimit(limit: LimitRequests, now: () => number) {
  return {
    async before({ event }: ApiExchange): Promise<void> {
      if (!event.owner) throw new TypeError('The route has not identified its caller.');
      accepted(await limit(event.owner, now()));
    },
  };
}
