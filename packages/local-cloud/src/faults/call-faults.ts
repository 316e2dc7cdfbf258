import type { Clock, Timer } from '../shared/clock.ts';
import { ConnectionCut } from '../shared/connection-cut.ts';
import type { CallDetails } from './call-details.ts';
import type { CallLog } from './call-log.ts';
import type { CallRule, FaultRule } from './rule.ts';
import type { RuleBook } from './rule-book.ts';
import { serverError, throttlingError } from './service-errors.ts';

export interface CallFaultsOptions {
  readonly book: RuleBook;
  readonly log: CallLog;
  readonly clock: Clock;
}

/** Faulty responses that only some operations have; `parseRule` accepts their rules for those only. */
export interface FaultyResponses<T> {
  /** Status 200 with an error in the body. */
  readonly errorWithStatus200?: () => Promise<T> | T;
  /** The same response; its body ends half-way. */
  readonly truncated?: (whole: T) => T;
}

/** Lets each call pass, or makes it fail as the first matching rule says. */
export class CallFaults {
  readonly #options: CallFaultsOptions;
  readonly #waiting = new Set<Timer>();

  constructor(options: CallFaultsOptions) {
    this.#options = options;
  }

  /** `next` makes the call. Throws the service's own error, or ConnectionCut. */
  async around<T>(
    details: CallDetails,
    next: () => Promise<T> | T,
    { errorWithStatus200 = next, truncated = (whole) => whole }: FaultyResponses<T> = {},
  ): Promise<T> {
    const { book, log, clock } = this.#options;
    const rule = book.take((candidate) => matching(candidate, details));
    const { service, operation, caller, resource } = details;
    const time = new Date(clock.now()).toISOString();
    const applied = rule ? { rule: rule.id } : {};
    log.add({ time, service, operation, caller, resource, ...applied });
    switch (rule?.kind) {
      case undefined:
        return await next();
      case 'throttle':
        throw throttlingError(rule, details.items ?? 1);
      case 'server_error':
        throw serverError(rule);
      case 'error_with_status_200':
        return await errorWithStatus200();
      case 'truncated_response':
        return truncated(await next());
      case 'connection_reset':
        throw new ConnectionCut('reset');
      case 'delay':
        await this.#pause(rule.ms);
        return await next();
      case 'lost_response':
        return await loseResponse(next);
    }
  }

  /** Calls that are still delayed never continue. */
  close(): void {
    for (const timer of this.#waiting) timer.cancel();
    this.#waiting.clear();
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const timer = clock.at(clock.now() + ms, () => {
        this.#waiting.delete(timer);
        resolve();
      });
      this.#waiting.add(timer);
    });
  }
}

/** Makes the call and keeps its result, success or error, from the client. */
async function loseResponse(next: () => unknown): Promise<never> {
  try {
    await next();
  } catch (error) {
    throw new ConnectionCut('closed', { cause: error });
  }
  throw new ConnectionCut('closed');
}

function matching(rule: FaultRule, details: CallDetails): CallRule | undefined {
  if (rule.service === 'function' || rule.service === 'event') return undefined;
  const fits =
    rule.service === details.service &&
    (rule.operation === '*' || rule.operation === details.operation) &&
    has(details.resource, rule.resource) &&
    has(details.caller, rule.caller) &&
    has(details.body ?? '', rule.contains);
  return fits ? rule : undefined;
}

function has(text: string, part: string | undefined): boolean {
  return part === undefined || text.includes(part);
}
