import type { Clock, Timer } from '../shared/clock.ts';
import type { CloudEvent, StoreEvent } from '../shared/events.ts';
import type { CallLog } from './call-log.ts';
import type { EventRule } from './rule.ts';
import type { RuleBook } from './rule-book.ts';

export interface EventFaultsOptions {
  readonly book: RuleBook;
  readonly log: CallLog;
  readonly clock: Clock;
  /** Called with the error of an event that was held and then could not be stored. */
  readonly onError: (error: unknown) => void;
}

interface Held {
  readonly rule: EventRule & { readonly kind: 'reorder' };
  readonly source: string;
  readonly timer: Timer;
  readonly release: () => void;
}

/** Drops, duplicates, delays and reorders events. Held events are in memory only and end with the process. */
export class EventFaults {
  readonly #options: EventFaultsOptions;
  readonly #held = new Set<Held>();
  readonly #delayed = new Set<Timer>();

  constructor(options: EventFaultsOptions) {
    this.#options = options;
  }

  intercept(bus: string, event: CloudEvent, store: StoreEvent): void {
    const text = JSON.stringify(event);
    const rule = this.#ruleFor(event, text);
    if (rule === undefined) {
      store(bus, event, 'all');
      this.#releaseAfter(event, text);
      return;
    }
    const others = rule.to === 'rules' ? 'sync' : 'rules';
    if (rule.to !== 'all') store(bus, event, others);
    const storeNow = () => store(bus, event, rule.to);
    switch (rule.kind) {
      case 'drop':
        return;
      case 'duplicate':
        for (let copy = 0; copy <= rule.copies; copy += 1) storeNow();
        this.#releaseAfter(event, text);
        return;
      case 'delay':
        this.#delay(rule.ms, storeNow);
        return;
      case 'reorder':
        this.#hold(rule, event.source, storeNow);
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
      resource: resourceOf(event),
      ...(rule ? { rule: rule.id } : {}),
    });
    return rule;
  }

  #delay(ms: number, storeNow: () => void): Timer {
    const { clock } = this.#options;
    const timer = clock.at(clock.now() + ms, () => {
      this.#delayed.delete(timer);
      this.#storeLate(storeNow);
    });
    this.#delayed.add(timer);
    return timer;
  }

  #hold(rule: Held['rule'], source: string, storeNow: () => void): void {
    const timer = this.#delay(rule.ms, () => {
      this.#held.delete(held);
      storeNow();
    });
    const release = () => {
      timer.cancel();
      this.#delayed.delete(timer);
      this.#held.delete(held);
      this.#storeLate(storeNow);
    };
    const held: Held = { rule, source, timer, release };
    this.#held.add(held);
  }

  /** Releases the events that were held until this event. */
  #releaseAfter(event: CloudEvent, text: string): void {
    for (const { rule, source, release } of [...this.#held]) {
      const until = { ...rule.until, source, contains: rule.contains };
      if (matches(until, event, text)) release();
    }
  }

  #storeLate(storeNow: () => void): void {
    try {
      storeNow();
    } catch (error) {
      this.#options.onError(error);
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

/** Bucket and key of an object, id and status of a job, or the event's own list of resources. */
function resourceOf(event: CloudEvent): string {
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
