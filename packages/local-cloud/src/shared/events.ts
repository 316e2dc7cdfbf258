/**
 * An event in the form of EventBridge:
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export interface CloudEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds, `Z`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/**
 * Sends an engine's event (S3's `Object Created`, MediaConvert's job states) to the default bus. The bus has
 * stored the event when this returns; only then may the engine delete its own copy.
 */
export type EmitEvent = (event: CloudEvent) => void;

/** The receivers of an event: the targets of rules, tasks that wait for the end of a job (`.sync`), or both. */
export type EventAudience = 'all' | 'rules' | 'sync';

/** Stores an event for its audience, to be delivered. */
export type StoreEvent = (bus: string, event: CloudEvent, audience: EventAudience) => void;

/**
 * Called for each event before the bus stores it: may call `store` at once, later, several times, or not at
 * all.
 */
export type InterceptEvent = (bus: string, event: CloudEvent, store: StoreEvent) => void;
