import type { Clock, Timer } from '../shared/clock.ts';
import type { CloudEvent } from '../shared/events.ts';
import type { CallLog } from './call-log.ts';
import type { EventRule } from './rule.ts';
import type { RuleBook } from './rule-book.ts';

/** For whom an event is taken: the rules' targets, what `.sync` tasks wait for, or both. */
export type Audience = EventRule['to'];

/** Takes an event for good. */
export type TakeEvent = (bus: string, event: CloudEvent, audience: Audience) => void;

/** Stands where events come to the bus, before they are kept. */
export interface EventGate {
  pass(bus: string, event: CloudEvent, take: TakeEvent): void;
}

export interface EventGateOptions {
  readonly book: RuleBook;
  readonly log: CallLog;
  readonly clock: Clock;
  /** Told of an event that was held and then not taken. */
  readonly onFault: (error: unknown) => void;
}

interface Held {
  readonly rule: EventRule & { readonly kind: 'reorder' };
  readonly source: string;
  readonly timer: Timer;
  readonly release: () => void;
}

/** Drops, doubles, delays and reorders events. What is held stands nowhere else: it dies with the process. */
export class RuledEventGate implements EventGate {
  readonly #options: EventGateOptions;
  readonly #held = new Set<Held>();
  readonly #delayed = new Set<Timer>();

  constructor(options: EventGateOptions) {
    this.#options = options;
  }

  pass(bus: string, event: CloudEvent, take: TakeEvent): void {
    const text = JSON.stringify(event);
    const rule = this.#ruleFor(event, text);
    if (rule === undefined) {
      take(bus, event, 'all');
      this.#releaseAfter(event, text);
      return;
    }
    const others = rule.to === 'rules' ? 'sync' : 'rules';
    if (rule.to !== 'all') take(bus, event, others);
    const taken = () => take(bus, event, rule.to);
    switch (rule.kind) {
      case 'drop':
        return;
      case 'duplicate':
        for (let copy = 0; copy <= rule.copies; copy += 1) taken();
        this.#releaseAfter(event, text);
        return;
      case 'delay':
        this.#delay(rule.ms, taken);
        return;
      case 'reorder':
        this.#hold(rule, event.source, taken);
    }
  }

  close(): void {
    for (const timer of this.#delayed) timer.cancel();
    for (const { timer } of this.#held) timer.cancel();
    this.#delayed.clear();
    this.#held.clear();
  }

  #ruleFor(event: CloudEvent, text: string): EventRule | undefined {
    const { book, log, clock } = this.#options;
    const rule = book.take((candidate) => {
      const fits = candidate.service === 'event' && matches(candidate, event, text);
      return fits ? candidate : undefined;
    });
    log.add({
      time: new Date(clock.now()).toISOString(),
      service: 'event',
      operation: event['detail-type'],
      caller: event.source,
      resource: nameIn(event),
      ...(rule ? { rule: rule.id } : {}),
    });
    return rule;
  }

  #delay(ms: number, taken: () => void): Timer {
    const { clock } = this.#options;
    const timer = clock.at(clock.now() + ms, () => {
      this.#delayed.delete(timer);
      this.#late(taken);
    });
    this.#delayed.add(timer);
    return timer;
  }

  #hold(rule: Held['rule'], source: string, taken: () => void): void {
    const timer = this.#delay(rule.ms, () => {
      this.#held.delete(held);
      taken();
    });
    const release = () => {
      timer.cancel();
      this.#delayed.delete(timer);
      this.#held.delete(held);
      this.#late(taken);
    };
    const held: Held = { rule, source, timer, release };
    this.#held.add(held);
  }

  /** Lets go what was only waiting for this event to be gone. */
  #releaseAfter(event: CloudEvent, text: string): void {
    for (const { rule, source, release } of [...this.#held]) {
      const awaited = { ...rule.until, source, contains: rule.contains };
      if (matches(awaited, event, text)) release();
    }
  }

  #late(taken: () => void): void {
    try {
      taken();
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}

function matches(
  wanted: {
    readonly operation?: string | undefined;
    readonly source?: string | undefined;
    readonly status?: string | undefined;
    readonly contains?: string | undefined;
  },
  event: CloudEvent,
  text: string,
): boolean {
  const { operation = '*', source, status, contains } = wanted;
  return (
    (operation === '*' || operation === event['detail-type']) &&
    (source === undefined || source === event.source) &&
    (status === undefined || status === detailOf(event).status) &&
    (contains === undefined || text.includes(contains))
  );
}

/** What the event is about, for the log: an object, a job and its status, or what it lists as resources. */
function nameIn(event: CloudEvent): string {
  const { jobId, status, bucket, object } = detailOf(event);
  const names = [jobId, status].filter((value) => typeof value === 'string');
  if (names.length > 0) return names.join(' ');
  const place = [asRecord(bucket).name, asRecord(object).key];
  return place.every((part) => typeof part === 'string')
    ? place.join('/')
    : event.resources.join(' ');
}

function detailOf({ detail }: CloudEvent): Readonly<Record<string, unknown>> {
  return asRecord(detail);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
