/** An event as EventBridge delivers it: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
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
 * Where an engine hands over what it has to tell (S3's `Object Created`, MediaConvert's job states). The bus
 * keeps the event before it answers; only then may the engine forget it.
 */
export type EmitEvent = (event: CloudEvent) => void;
