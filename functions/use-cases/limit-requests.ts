import type { Budgets } from '../../core/quota/budgets.ts';
import { minuteOf, requestsPerWrite, secondsToNextMinute } from '../../core/quota/request-rate.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { RequestCounts } from '../ports/uploads.ts';

/** Who makes a request. */
export interface RequestCaller {
  readonly owner: string;
  /** The partition key of the capability, if the request has one. */
  readonly capability?: string;
}

export type LimitRequestsOutcome = { readonly outcome: 'counted' } | Refusal;

/**
 * Limits the requests of each owner and of each capability in a minute. Requests are counted in the memory of this
 * instance, and written together (`core/quota/request-rate.ts`). A caller who has been refused is refused without
 * another write until the minute ends.
 *
 * @returns counts a request, and refuses it where the caller has made too many; `now` in milliseconds since the epoch
 */
export function requestLimits(
  counts: RequestCounts,
  {
    requestsPerMinute,
    companionRequestsPerMinute,
  }: Pick<Budgets, 'requestsPerMinute' | 'companionRequestsPerMinute'>,
): (caller: RequestCaller, now: number) => Promise<LimitRequestsOutcome> {
  let minute = '';
  const unwritten = new Map<string, number>();
  const closed = new Set<string>();

  const mayPass = async (key: string, limit: number, now: number): Promise<boolean> => {
    if (limit === 0 || closed.has(key)) return false;
    const counted = (unwritten.get(key) ?? 0) + 1;
    if (counted < requestsPerWrite(limit)) {
      unwritten.set(key, counted);
      return true;
    }
    unwritten.delete(key);
    if (await counts.add(key, counted, limit, now)) return true;
    closed.add(key);
    return false;
  };

  return async ({ owner, capability }, now) => {
    if (minuteOf(now) !== minute) {
      minute = minuteOf(now);
      unwritten.clear();
      closed.clear();
    }
    // A capability that is used too often must not use up the requests of its owner.
    if (capability && !(await mayPass(capability, companionRequestsPerMinute, now))) {
      return tooMany(companionRequestsPerMinute, 'with one Companion session', now);
    }
    if (await mayPass(`OWNER#${owner}`, requestsPerMinute, now)) {
      return { outcome: 'counted' };
    }
    return tooMany(requestsPerMinute, 'by one user', now);
  };
}

function tooMany(limit: number, by: string, now: number): Refusal {
  const retryAfterSeconds = secondsToNextMinute(now);
  return refused('too_many_requests', {
    detail: `At most ${limit} requests a minute ${by} are allowed; the next minute begins in ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  });
}
