import { uploadsApi } from './api.ts';
import { createUpload } from './create-upload.ts';
import { fingerprintOf, sameFile } from './fingerprint.ts';
import type { ResumeRecord } from './resume-record.ts';
import { type ResumeState, resumeState } from './resume-state.ts';
import type { UploadContext } from './upload-context.ts';
import { UploadError } from './upload-error.ts';

/** Before the API has responded once, its address may be wrong rather than the network down. */
const FIRST_CONTACT_PATIENCE_MS = 60_000;

/** The unfinished upload of the file, locked for this transfer; undefined if there is none. @throws UploadError */
export async function findUnfinished(context: UploadContext): Promise<ResumeState | undefined> {
  const { record, options, source, state } = context;
  if (record && !source.seekable) throw new UploadError('not_resumable');
  if (!record && !source.reopenable) return undefined;
  const fingerprint = await fingerprintOf(source);
  state.fingerprint = fingerprint;
  if (record) {
    if (!sameFile(record.fingerprint, fingerprint)) throw new UploadError('file_changed');
    const claimed = await state.session.claim(record);
    if (!claimed) throw new UploadError('busy');
    return resume(context, claimed);
  }
  if (options.resume === false) return undefined;
  const found = await state.session.find(
    (candidate) =>
      sameFile(candidate.fingerprint, fingerprint) &&
      REQUESTED.every((name) => !options[name] || isEqual(options[name], candidate[name])),
  );
  if (!found) return undefined;
  try {
    return await resume(context, found);
  } catch (error) {
    const { code } = error as UploadError;
    // Another account's: it stays for that account.
    if (code === 'upload_not_found') state.session.release();
    else if (ENDED_CODES.includes(code)) await state.session.remove();
    else throw error;
    return undefined;
  }
}

async function resume(context: UploadContext, record: ResumeRecord): Promise<ResumeState> {
  if (record.uploadId === undefined) return createUpload(context, record);
  const { state, options, signal } = context;
  state.uploadId = record.uploadId;
  const api = uploadsApi({
    ...options,
    signal,
    patienceMs: Math.min(options.uploadPatienceMs, FIRST_CONTACT_PATIENCE_MS),
  });
  return resumeState(api, record.uploadId, record);
}

/** Codes that mean that an unfinished upload cannot be resumed. */
const ENDED_CODES: readonly string[] = [
  'not_resumable',
  'upload_gone',
  'completion_conflict',
  'status_conflict',
  'idempotency_key_reused',
];

/** Options that an unfinished upload must agree with, if they are given. */
const REQUESTED = ['api', 'fileName', 'contentType', 'metadata'] as const;

function isEqual(one: string | object = {}, other: string | object = {}): boolean {
  const text = (value: string | object) => JSON.stringify(Object.entries(value).sort());
  return text(one) === text(other);
}
