import type { Clock, Timer } from '../shared/clock.ts';
import {
  type Deliver,
  type DeliveryFailure,
  eventBridge,
  failureOf,
  type SendToQueue,
} from './deliverers.ts';
import type { Delivery, DeliveryStore } from './delivery-store.ts';
import type { CompiledTarget, Rule } from './rule.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const DEFAULT_ATTEMPTS = 185;
const DEFAULT_AGE_SECONDS = 86_400;
/** AWS publishes no figures. With these, 185 attempts take about 24 hours. */
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 600_000;

/** An event that no target and no dead-letter queue accepted. */
export interface DroppedEvent {
  readonly ruleArn: string;
  readonly targetId: string;
  readonly eventId: string;
  readonly code: string;
  readonly message: string;
}

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly store: DeliveryStore;
  readonly deliver: Deliver;
  readonly sendToQueue: SendToQueue;
  readonly findRule: (ruleArn: string) => Rule | undefined;
  /** A random number from 0 to 1. */
  readonly jitter: () => number;
  readonly onDropped: (dropped: DroppedEvent) => void;
}

/**
 * Delivers stored events to their targets at least once, with exponential backoff, and finally to the
 * dead-letter queue.
 */
export class Deliveries {
  readonly #options: DeliveryOptions;
  readonly #timers = new Map<number, Timer>();
  #closed = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  arm(id: number, instant: number): void {
    const action = () => void this.#attempt(id);
    this.#timers.set(id, this.#options.clock.at(instant, action));
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer.cancel();
  }

  async #attempt(id: number): Promise<void> {
    this.#timers.delete(id);
    const { store, findRule, deliver, clock } = this.#options;
    const delivery = this.#closed ? undefined : store.find(id);
    if (delivery === undefined) return;
    const rule = findRule(delivery.ruleArn);
    const compiled = rule?.targets.find(({ target }) => target.Id === delivery.targetId);
    // The template no longer has the rule or its target.
    if (rule === undefined || compiled === undefined) return store.remove(id);
    const failure = await send(deliver, rule, compiled, delivery);
    if (this.#closed) return;
    if (failure === undefined) return store.remove(id);
    const attempts = delivery.attempts + 1;
    const delay = this.#delay(attempts);
    const exhausted = exhaustion(compiled, delivery, attempts, clock.now() + delay);
    if (!failure.permanent && exhausted === undefined) {
      store.postpone(id, clock.now() + delay, attempts);
      return this.arm(id, clock.now() + delay);
    }
    this.#sendToDeadLetters(
      rule,
      compiled,
      delivery,
      failure,
      failure.permanent ? undefined : exhausted,
    );
    store.remove(id);
  }

  /** Doubled delays with jitter: between half of the delay and all of it. */
  #delay(attempts: number): number {
    const full = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1));
    return Math.ceil(full * (0.5 + this.#options.jitter() / 2));
  }

  #sendToDeadLetters(
    rule: Rule,
    { target }: CompiledTarget,
    delivery: Delivery,
    failure: DeliveryFailure,
    exhausted: string | undefined,
  ): void {
    const { sendToQueue, onDropped } = this.#options;
    const facts = { ruleArn: rule.arn, targetId: target.Id, eventId: delivery.event.id };
    const queue = target.DeadLetterConfig?.Arn;
    if (queue === undefined) {
      const { code, message } = failure;
      onDropped({ ...facts, code, message });
      return;
    }
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.Arn,
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message.slice(0, 1024) || failure.code,
      ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
      RETRY_ATTEMPTS: String(delivery.attempts),
    };
    try {
      sendToQueue(queue, { body: JSON.stringify(delivery.event), attributes }, eventBridge(rule));
    } catch (error) {
      const message = `${failure.message}; the dead-letter queue ${queue} refused it too: ${String(error)}`;
      onDropped({ ...facts, code: failure.code, message });
    }
  }
}

async function send(
  deliver: Deliver,
  rule: Rule,
  { target, input }: CompiledTarget,
  { event, acceptedAt }: Delivery,
): Promise<DeliveryFailure | undefined> {
  const ingestionTime = new Date(acceptedAt).toISOString();
  try {
    const text = input({ event, ruleArn: rule.arn, ruleName: rule.name, ingestionTime });
    await deliver({ rule, target, input: text, event });
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/** The limit of the retry policy that the next attempt would exceed. */
function exhaustion(
  { target }: CompiledTarget,
  delivery: Delivery,
  attempts: number,
  nextAt: number,
): string | undefined {
  const policy = target.RetryPolicy;
  if (attempts > (policy?.MaximumRetryAttempts ?? DEFAULT_ATTEMPTS)) return 'MaximumRetryAttempts';
  const age = (policy?.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000;
  return nextAt - delivery.acceptedAt > age ? 'MaximumEventAgeInSeconds' : undefined;
}
