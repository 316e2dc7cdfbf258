import { uploadsApi } from './api.ts';
import { contentTypeOf } from './content-type.ts';
import type { ResumeRecord } from './resume-record.ts';
import type { ResumeState } from './resume-state.ts';
import type { UploadContext } from './upload-context.ts';
import { UploadError } from './upload-error.ts';

/** Creates the upload of a file that has none. @throws UploadError */
export async function createNewUpload(context: UploadContext): Promise<ResumeState> {
  const { options, source, state } = context;
  const fileName = options.fileName ?? source.name;
  // The suffix of a video goes first: operating systems take .ts for a translation and .mts for another format.
  const contentType = options.contentType ?? contentTypeOf(fileName) ?? source.type;
  const record: ResumeRecord = {
    version: 1,
    id: randomId(),
    api: options.api,
    fileName,
    contentType: contentType || 'application/octet-stream',
    metadata: options.metadata,
    fingerprint: state.fingerprint ?? { name: source.name, size: source.size, sample: '' },
    createdAt: new Date(options.clock.now()).toISOString(),
    parts: [],
    ...source.location,
  };
  await state.session.put(record);
  return createUpload(context, record);
}

/**
 * Creates the upload of a record, or gets the one that was created for it before. A cancel does not interrupt this but
 * waits for it: the id of a created upload must be known to cancel it.
 *
 * @throws UploadError
 */
export async function createUpload(
  { options, source, state }: UploadContext,
  record: ResumeRecord,
): Promise<ResumeState> {
  const requestedAt = options.clock.now();
  const request = {
    fileName: record.fileName,
    contentType: record.contentType,
    size: source.size,
    metadata: record.metadata && { ...record.metadata },
  };
  try {
    const { upload, grant } = await uploadsApi(options).create(request, record.id);
    await state.session.put({
      ...record,
      uploadId: upload.id,
      partSize: upload.parts.size,
      deadline: upload.deadline,
    });
    state.grant = { grant, requestedAt };
    return { upload, received: new Map() };
  } catch (error) {
    // The API has created nothing that could be resumed, unless the response was lost.
    if (error instanceof UploadError && !error.retryable) await state.session.remove();
    throw error;
  }
}

/** 128 random bits. `crypto.randomUUID` exists in pages from https only. */
function randomId(): string {
  return crypto.getRandomValues(new BigUint64Array(2)).join('-');
}
