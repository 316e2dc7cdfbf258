import { baseUrl } from './api-request.ts';
import type { OpenSource, Platform } from './platform.ts';
import type { ResumeRecord, ResumeStore } from './resume-record.ts';
import { UploadError } from './upload-error.ts';
import type { ResumeOptions, Transfer, UploadOptions } from './upload-options.ts';
import { UploadTransfer } from './upload-transfer.ts';

/** Which unfinished uploads `resumable` returns. */
export interface ResumableQuery {
  /**
   * Base URL of the API.
   *
   * @default undefined: uploads of every API
   */
  readonly api?: string;
  /**
   * Where the records are stored.
   *
   * @default IndexedDB in a browser, a folder in Node
   */
  readonly store?: ResumeStore;
  /**
   * Milliseconds since the epoch, for tests.
   *
   * @default Date.now()
   */
  readonly now?: number;
}

/** How long a record is kept after its upload has expired: this machine's clock may be wrong. */
const WEEK_MS = 7 * 86_400_000;

/**
 * The functions of this package, for one platform.
 *
 * @typeParam Input what the platform can upload
 * @typeParam Reopened what the platform accepts as the file of a record
 */
export interface UploadClient<Input, Reopened> {
  /**
   * Uploads a file to S3 in parallel parts. An unfinished upload of the same file is resumed, unless `resume` is
   * false.
   */
  upload(file: Input, options: UploadOptions): Transfer;
  /** The uploads that can be resumed, newest first. Expired ones are left out, and removed a week later. */
  resumable(query?: ResumableQuery): Promise<ResumeRecord[]>;
  /**
   * Resumes an unfinished upload. `done` rejects with `file_changed` if the file is not the same any more,
   * `file_unreadable` if it is not found, `busy` if another transfer has the upload.
   */
  resumeUpload(
    record: ResumeRecord,
    options: ResumeOptions & { readonly file?: Reopened },
  ): Transfer;
  /**
   * Removes the record of an unfinished upload. Its parts stay in S3 until it expires; `cancel` of the API ends it at
   * once.
   */
  forget(record: ResumeRecord, options?: { readonly store?: ResumeStore }): Promise<void>;
}

/**
 * @param open opens a file of this platform
 * @param reopen opens the file of a record; undefined if the app has to provide it
 */
export function createUploadClient<Input, Reopened extends Input>(
  platform: Platform,
  open: (file: Input) => ReturnType<OpenSource>,
  reopen: (record: ResumeRecord) => ReturnType<OpenSource> | undefined,
): UploadClient<Input, Reopened> {
  const storeOf = (store: ResumeStore | undefined) => store ?? platform.store();
  return {
    upload: (file, options) => new UploadTransfer(platform, () => open(file), options),
    async resumable({ api, store, now = Date.now() } = {}) {
      // If nothing can be stored (private windows, a folder without permission), there is nothing to resume.
      const records =
        (await storeOf(store)
          ?.list()
          .catch(() => [])) ?? [];
      const msSinceDeadline = ({ deadline }: ResumeRecord) => now - Date.parse(deadline ?? '');
      for (const record of records) {
        if (msSinceDeadline(record) > WEEK_MS) await storeOf(store)?.remove(record.id);
      }
      return records.filter(
        (record) => !(msSinceDeadline(record) > 0) && (!api || record.api === baseUrl(api)),
      );
    },
    resumeUpload(record, { file, ...options }) {
      const openFile = async () => {
        const source = file === undefined ? reopen(record) : open(file);
        if (!source) throw new UploadError('not_resumable', { message: 'The file is missing.' });
        return source;
      };
      return new UploadTransfer(platform, openFile, { ...options, api: record.api }, record);
    },
    async forget(record, { store } = {}) {
      await storeOf(store)?.remove(record.id);
    },
  };
}
