import type { UploadsApi } from './api.ts';
import type { PartSource } from './part-source.ts';
import type { OpenSource, Platform } from './platform.ts';
import type { ResumeRecord } from './resume-record.ts';
import type { UploadSettings } from './upload-settings.ts';
import type { UploadState } from './upload-state.ts';

/** What one upload is given at its start. */
export interface UploadRun {
  readonly platform: Platform;
  readonly open: OpenSource;
  readonly options: UploadSettings;
  /** The unfinished upload to resume, and no other; undefined: a record of the same file is looked for. */
  readonly record: ResumeRecord | undefined;
  readonly signal: AbortSignal;
  readonly state: UploadState;
}

/** What the steps of an upload work with. */
export interface UploadContext extends UploadRun {
  readonly source: PartSource;
  /** Waits for the network as long as the upload may. */
  readonly api: UploadsApi;
}
