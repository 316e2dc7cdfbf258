import { partRange } from '../../../core/contract/part-range.ts';
import type { ListPartsResponse, Upload } from '../../../core/contract/wire.ts';
import type { UploadsApi } from './api.ts';
import type { ResumeRecord } from './resume-record.ts';
import { UploadError } from './upload-error.ts';

/** A part that S3 holds and that need not be sent. */
export interface HeldPart {
  readonly etag: string;
  /** CRC64NVME, base64; undefined where the part arrived and its record did not: it is read again, not sent. */
  readonly crc: string | undefined;
}

/** What is left of an unfinished upload. */
export interface ResumeState {
  readonly upload: Upload;
  /** By part number; undefined where the upload is complete already, with its answer lost on the way. */
  readonly held: Map<number, HeldPart> | undefined;
}

/**
 * Looks what S3 holds of an upload.
 *
 * @throws UploadError `not_resumable` where it has ended, `upload_not_found` where it is another account's
 */
export async function resumeState(
  api: UploadsApi,
  uploadId: string,
  record: ResumeRecord,
): Promise<ResumeState> {
  const { upload } = await api.get(uploadId);
  if (upload.status === 'cancelled' || upload.status === 'expired') {
    throw new UploadError('not_resumable', { message: `The upload is ${upload.status}.` });
  }
  if (upload.status !== 'waiting') return { upload, held: undefined };
  return { upload, held: heldParts(upload, record, (await api.parts(uploadId)).parts) };
}

/**
 * The parts that need not be sent: those that S3 holds in the planned size and, where the record knows their
 * ETag, with that one. Others may have come from a cut that was planned otherwise, or from another file.
 */
export function heldParts(
  upload: Pick<Upload, 'size' | 'parts'>,
  record: Pick<ResumeRecord, 'parts' | 'partSize' | 'distrusted'>,
  received: ListPartsResponse['parts'],
): Map<number, HeldPart> {
  const held = new Map<number, HeldPart>();
  if (record.distrusted) return held;
  if (record.partSize !== undefined && record.partSize !== upload.parts.size) return held;
  const known = new Map(record.parts.map((part) => [part.partNumber, part]));
  for (const { partNumber, size, etag } of received) {
    if (partNumber > upload.parts.count) continue;
    const planned = partRange({ size: upload.size, partSize: upload.parts.size }, partNumber);
    const kept = known.get(partNumber);
    if (size !== planned.size || (kept && bare(kept.etag) !== bare(etag))) continue;
    held.set(partNumber, { etag, crc: kept?.crc });
  }
  return held;
}

function bare(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1');
}
