import type { Upload } from '../../../../core/contract/wire.ts';
import type { ApiOptions } from '../api-options.ts';
import type { ResumeRecord, ResumeStore } from '../resume-record.ts';
import type { ResumableQuery } from '../upload-client.ts';
import type { ResumeOptions, Transfer, UploadOptions } from '../upload-options.ts';
import type { WatchOptions } from '../watch.ts';
import type { Reporter } from './file-event.ts';
import type { Interruption } from './interruption.ts';

/** The functions of the client that the command line uses. */
export interface CliClient {
  upload(path: string, options: UploadOptions): Transfer;
  resumeUpload(record: ResumeRecord, options: ResumeOptions): Transfer;
  watch(uploadId: string, options: WatchOptions): Promise<Upload>;
  resumable(query: ResumableQuery): Promise<ResumeRecord[]>;
  forget(record: ResumeRecord, options: { readonly store?: ResumeStore }): Promise<void>;
  store(folder: string | undefined): ResumeStore;
}

export interface UploadContext {
  readonly client: CliClient;
  readonly connection: Pick<ApiOptions, 'api' | 'getToken'>;
  readonly reporter: Reporter;
  readonly interruption: Interruption;
}
