import type { Clock } from './clock.ts';
import type { ConcurrencyControl } from './concurrency-control.ts';
import type { PartJob, PartSource } from './part-source.ts';
import type { PartUrls } from './part-urls.ts';
import type { ProgressMeter } from './progress-meter.ts';
import type { Connectivity } from './retry.ts';

/** A part that S3 has stored. */
export interface StoredPartResult {
  readonly job: PartJob;
  readonly etag: string;
  readonly crc: bigint;
}

export interface PartSchedulerOptions {
  readonly source: PartSource;
  readonly urls: PartUrls;
  readonly meter: ProgressMeter;
  readonly concurrency: ConcurrencyControl;
  readonly clock: Clock;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
  readonly connectivity: Connectivity;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which a part is sent again; doubles after each stall. */
  readonly stallMs: number;
  /** Milliseconds to wait for a network that is down. */
  readonly patienceMs: number;
  readonly onStored: (part: StoredPartResult) => Promise<void>;
  /** Called when bytes were sent, or waiting for the network has begun or ended. */
  readonly onChange: () => void;
}
