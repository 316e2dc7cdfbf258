import { isWithdrawn } from '../../core/contract/lifecycle.ts';
import type { CompleteUploadRequest } from '../../core/contract/requests.ts';
import { type ChecksumFinder, checksumMismatch } from '../../core/uploads/checksum-mismatch.ts';
import { checkCompletion } from '../../core/uploads/complete-request.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import {
  incompleteParts,
  notWaiting,
  type Refusal,
  refused,
  refuseUnlessInParts,
} from '../../core/uploads/refusals.ts';
import type { MultipartUploads, SourceObjects } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { failChecksum } from './fail-checksum.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export interface CompleteUploadPorts {
  readonly uploads: Pick<UploadStore, 'get' | 'changeStatus'>;
  readonly multipart: Pick<MultipartUploads, 'listParts' | 'complete' | 'abort'>;
  readonly sources: Pick<SourceObjects, 'head'>;
}

export interface CompleteUploadInput extends UploadReference {
  readonly request: CompleteUploadRequest;
}

export type CompleteUploadOutcome =
  | { readonly outcome: 'completed'; readonly upload: UploadItem }
  | Refusal;

/**
 * Combines an upload's parts, once; a second call has the same outcome. A refusal leaves the upload as it was, unless the
 * checksum of the file is another one than announced: then it ends the upload.
 * @param now milliseconds since the epoch
 */
export async function completeUpload(
  ports: CompleteUploadPorts,
  input: CompleteUploadInput,
  now: number,
): Promise<CompleteUploadOutcome> {
  const { request } = input;
  const found = await findOwnUpload(ports.uploads, input);
  if (found.outcome === 'refused') return found;
  const { upload } = found;
  const single = refuseUnlessInParts(upload);
  if (single) return single;
  if (upload.status !== 'waiting') return completedOrEnded(upload);
  if (upload.checksum && request.checksum && upload.checksum !== request.checksum) {
    return refuseChecksum(ports, upload, 'request', now);
  }
  const { s3UploadId, objectKey } = upload;
  const stored = s3UploadId ? await ports.multipart.listParts(objectKey, s3UploadId) : [];
  // An earlier call may have completed it, with its response lost.
  const checksum = request.checksum ?? upload.checksum;
  if (!stored) return completeIfObjectExists(ports, upload, checksum, now);
  const completion = checkCompletion(upload, request.parts, stored);
  if (!completion.complete) return incompleteParts(completion.problems);
  if (!s3UploadId) return refused('conflict');
  const result = await ports.multipart.complete(
    { ...upload, s3UploadId },
    completion.parts,
    checksum,
  );
  switch (result) {
    case 'completed':
      return recordArrival(ports, upload, now);
    case 'gone':
    case 'object_exists':
      return completeIfObjectExists(ports, upload, checksum, now);
    case 'conflict': {
      // Another call may have completed it. Otherwise S3 requires a new multipart upload:
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html, `If-None-Match`
      const found = await completeIfObjectExists(ports, upload, checksum, now);
      const isGone = found.outcome === 'refused' && found.code === 'upload_gone';
      return isGone ? refused('completion_conflict') : found;
    }
    case 'stored_with_other_checksum':
      return refuseChecksum(ports, upload, 'comparison', now);
    case 'checksum_differs':
      return refuseChecksum(ports, upload, 's3', now);
    case 'size_differs':
      return refused('total_size_mismatch', {
        detail: `Expected ${upload.size} bytes; the parts in S3 have another total.`,
      });
    case 'part_invalid':
      // The parts that S3 has are no longer the ones that it listed.
      return refused('conflict');
  }
}

async function completeIfObjectExists(
  ports: CompleteUploadPorts,
  upload: UploadItem,
  checksum: string | undefined,
  now: number,
): Promise<CompleteUploadOutcome> {
  const object = await ports.sources.head(upload.objectKey);
  if (object?.size !== upload.size) return refused('upload_gone');
  if (checksum && object.checksum && object.checksum !== checksum) {
    return refuseChecksum(ports, upload, 'comparison', now);
  }
  return recordArrival(ports, upload, now);
}

/** The upload has ended, and its parts are deleted: the next attempt of a client is a new upload. */
async function refuseChecksum(
  ports: CompleteUploadPorts,
  upload: UploadItem,
  by: ChecksumFinder,
  now: number,
): Promise<Refusal> {
  await failChecksum(ports, upload, by, now);
  if (upload.s3UploadId) await ports.multipart.abort(upload.objectKey, upload.s3UploadId);
  return refused('checksum_mismatch', { detail: checksumMismatch(by).detail });
}

/**
 * The workflow may have claimed the upload already: then its status stays. Or the upload was cancelled: then the
 * workflow discards the object.
 */
async function recordArrival(
  { uploads }: CompleteUploadPorts,
  upload: UploadItem,
  now: number,
): Promise<CompleteUploadOutcome> {
  const at = new Date(now).toISOString();
  const changed = await uploads.changeStatus(upload, {
    from: ['waiting'],
    entry: { at, to: 'uploaded', by: 'owner' },
  });
  return completedOrEnded(changed ?? (await uploads.get(upload.uploadId)) ?? upload);
}

function completedOrEnded(upload: UploadItem): CompleteUploadOutcome {
  return isWithdrawn(upload.status) ? notWaiting(upload) : { outcome: 'completed', upload };
}
