import type { OpenSource, Platform } from './platform.ts';
import type { ResumeRecord, ResumeStore } from './resume-record.ts';
import { baseUrl, startTransfer } from './transfer.ts';
import { UploadError } from './upload-error.ts';
import type { ResumeOptions, Transfer, UploadOptions } from './upload-options.ts';

/** Which unfinished uploads are asked for. */
export interface ResumableQuery {
  /** Base URL of the API; of all APIs unless told. */
  readonly api?: string;
  readonly store?: ResumeStore;
  /** Milliseconds since the epoch, for tests. */
  readonly now?: number;
}

/** A record whose upload is over is kept for so long: this machine's clock may be wrong. */
const WEEK_MS = 7 * 86_400_000;

/** What a package entry offers, made for its platform and the files that it can open. */
export interface Client<File, Resumable> {
  /**
   * Uploads a file in parallel parts straight to S3 and has them put together. An unfinished upload of the very
   * same file is gone on with, unless `resume` is false.
   */
  upload(file: File, options: UploadOptions): Transfer;
  /** The uploads that can be gone on with, newest first. What has expired is not among them, and forgotten after a week. */
  resumable(query?: ResumableQuery): Promise<ResumeRecord[]>;
  /**
   * Goes on with an unfinished upload. `done` rejects with `file_changed` if the file is not the one that it was,
   * `file_unreadable` where it is not found, `busy` where another transfer has the upload.
   */
  resumeUpload(
    record: ResumeRecord,
    options: ResumeOptions & { readonly file?: Resumable },
  ): Transfer;
  /** Forgets an unfinished upload. Its parts stay with S3 until it expires: `cancel` of the API ends it at once. */
  forget(record: ResumeRecord, options?: { readonly store?: ResumeStore }): Promise<void>;
}

/**
 * @param open opens what the platform knows as a file
 * @param again opens a record's file by itself; undefined where the file has to be given
 */
export function clientOn<File, Resumable extends File>(
  platform: Platform,
  open: (file: File) => ReturnType<OpenSource>,
  again: (record: ResumeRecord) => OpenSource | undefined,
): Client<File, Resumable> {
  const storeOf = (store: ResumeStore | undefined) => store ?? platform.store();
  return {
    upload: (file, options) => startTransfer(platform, () => open(file), options),
    async resumable({ api, store, now = Date.now() } = {}) {
      // Where nothing can be kept (private windows, a folder that is not ours) nothing was.
      const records =
        (await storeOf(store)
          ?.list()
          .catch(() => [])) ?? [];
      const overFor = ({ deadline }: ResumeRecord) => now - Date.parse(deadline ?? '');
      for (const record of records) {
        if (overFor(record) > WEEK_MS) await storeOf(store)?.remove(record.id);
      }
      return records.filter(
        (record) => !(overFor(record) > 0) && (!api || record.api === baseUrl(api)),
      );
    },
    resumeUpload(record, { file, ...options }) {
      const reopen = file === undefined ? again(record) : () => open(file);
      const opened =
        reopen ??
        (() => {
          throw new UploadError('not_resumable', {
            message: 'The file has to be given.',
          });
        });
      return startTransfer(platform, async () => opened(), { ...options, api: record.api }, record);
    },
    async forget(record, { store } = {}) {
      await storeOf(store)?.remove(record.id);
    },
  };
}
