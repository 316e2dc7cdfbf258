/** The key value store of a function at one version. */
export interface StoreSnapshot {
  readonly id: string;
  readonly version: string;
  readonly pairs: readonly (readonly [key: string, value: string])[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly modifiedAt: string;
}

/** What a worker is started with. */
export interface RuntimeStart {
  readonly name: string;
  /** The code, without its imports. */
  readonly code: string;
}

/** From the host to the worker. */
export interface RuntimeCall {
  readonly id: number;
  /** The event as JSON. */
  readonly event: string;
  /** The time of the cloud in ms since the epoch: that of the whole run. */
  readonly now: number;
  /** Sent if it has changed. */
  readonly store?: StoreSnapshot;
}

/** From the worker to the host. */
export type RuntimeResult = {
  readonly id: number;
  /** CPU time of the run in microseconds. */
  readonly computeMicros: number;
  /** Lines that the function has logged. */
  readonly lines: readonly string[];
} & ({ readonly result: string } | { readonly error: string });
