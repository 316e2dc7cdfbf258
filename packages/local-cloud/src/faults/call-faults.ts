import type { Clock, Timer } from '../shared/clock.ts';
import type { CallFacts } from './call-facts.ts';
import type { CallLog } from './call-log.ts';
import { ConnectionCut } from './connection-cut.ts';
import type { CallRule, FaultRule } from './rule.ts';
import type { RuleBook } from './rule-book.ts';
import { serverError, throttled } from './service-failures.ts';

export interface CallFaultsOptions {
  readonly book: RuleBook;
  readonly log: CallLog;
  readonly clock: Clock;
}

/** Answers that only some operations have; rules ask for them only there. */
export interface SpecialResponses<T> {
  /** Says 200 and tells of a failure. */
  readonly failing?: () => Promise<T> | T;
  /** The same answer, breaking off half-way. */
  readonly half?: (whole: T) => T;
}

/** Lets calls pass, or fail as the rules say. */
export class CallFaults {
  readonly #options: CallFaultsOptions;
  readonly #waiting = new Set<Timer>();

  constructor(options: CallFaultsOptions) {
    this.#options = options;
  }

  /** Throws the service's own error, or ConnectionCut. `next` is the call with its effect. */
  async around<T>(
    facts: CallFacts,
    next: () => Promise<T> | T,
    { failing = next, half = (whole) => whole }: SpecialResponses<T> = {},
  ): Promise<T> {
    const { book, log, clock } = this.#options;
    const rule = book.take((candidate) => matching(candidate, facts));
    const { service, operation, caller, resource } = facts;
    const time = new Date(clock.now()).toISOString();
    const applied = rule ? { rule: rule.id } : {};
    log.add({ time, service, operation, caller, resource, ...applied });
    switch (rule?.kind) {
      case undefined:
        return await next();
      case 'throttle':
        throw throttled(rule, facts.items ?? 1);
      case 'server_error':
        throw serverError(rule);
      case 'error_in_answer':
        return await failing();
      case 'truncated_answer':
        return half(await next());
      case 'connection_reset':
        throw new ConnectionCut('reset');
      case 'delay':
        await this.#pause(rule.ms);
        return await next();
      case 'lost_answer':
        return await losing(next);
    }
  }

  /** Nobody waits any more for what is still delayed. */
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

/** Whatever comes of the call, good or bad, nobody is told. */
async function losing(next: () => unknown): Promise<never> {
  try {
    await next();
  } catch (error) {
    throw new ConnectionCut('closed', { cause: error });
  }
  throw new ConnectionCut('closed');
}

function matching(rule: FaultRule, facts: CallFacts): CallRule | undefined {
  if (rule.service === 'function' || rule.service === 'event') return undefined;
  const fits =
    rule.service === facts.service &&
    (rule.operation === '*' || rule.operation === facts.operation) &&
    has(facts.resource, rule.resource) &&
    has(facts.caller, rule.caller) &&
    has(facts.body ?? '', rule.contains);
  return fits ? rule : undefined;
}

function has(text: string, part: string | undefined): boolean {
  return part === undefined || text.includes(part);
}
