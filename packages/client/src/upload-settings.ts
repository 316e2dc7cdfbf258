import { baseUrl } from './api-request.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Platform } from './platform.ts';
import type { Connectivity } from './retry.ts';
import type { UploadOptions } from './upload-options.ts';

/** The options of an upload with their defaults. */
export interface UploadSettings extends UploadOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly connectivity: Connectivity;
  readonly stallMs: number;
  /** Milliseconds that an upload waits for the network. `patienceMs` is for the calls before and after it. */
  readonly uploadPatienceMs: number;
}

const STALL_MS = 30_000;
/** One hour: longer than a tunnel, a train ride or a router's restart. After it, the upload can be resumed. */
const PATIENCE_MS = 3_600_000;

export function uploadSettings(options: UploadOptions, platform: Platform): UploadSettings {
  return {
    ...options,
    api: baseUrl(options.api),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    connectivity: options.connectivity ?? platform.connectivity,
    stallMs: options.stallMs ?? STALL_MS,
    uploadPatienceMs: options.patienceMs ?? PATIENCE_MS,
  };
}
