/** The part of a structured logger that the functions use. Never give it an event, a token or a URL. */
export interface Logger {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

export interface Metrics {
  addDimension(name: string, value: string): void;
  addMetric(name: string, unit: 'Count' | 'Milliseconds', value: number): void;
  publishStoredMetrics(): void;
}

/** Everything that a function gets from its process: time, randomness and telemetry. */
export interface Runtime {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds since some start; for durations. */
  readonly elapsed: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly logger: Logger;
  readonly metrics: Metrics;
}
