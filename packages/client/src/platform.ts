import type { ConcurrencyBounds } from './concurrency-control.ts';
import type { PartSource } from './part-source.ts';
import type { ResumeStore } from './resume-record.ts';
import type { Connectivity } from './retry.ts';

/** What a browser and Node do differently, besides opening files. */
export interface Platform {
  /** Undefined if nothing can be stored (a browser without IndexedDB). */
  readonly store: () => ResumeStore | undefined;
  readonly connectivity: Connectivity;
  readonly concurrency: ConcurrencyBounds;
}

/** Opens the file of an upload. @throws UploadError `file_unreadable` */
export type OpenSource = () => Promise<PartSource>;
