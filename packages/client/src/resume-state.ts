import { isWithdrawn } from '../../../core/contract/lifecycle.ts';
import { partRange } from '../../../core/contract/part-range.ts';
import type { ListPartsResponse, Upload } from '../../../core/contract/wire.ts';
import type { UploadsApi } from './api.ts';
import type { ResumeRecord } from './resume-record.ts';
import { UploadError } from './upload-error.ts';

/** A part that S3 has, so that it need not be sent. */
export interface ReceivedPart {
  readonly etag: string;
  /** CRC64NVME, base64; undefined if the part arrived and its record was lost: then it is read again, not sent. */
  readonly crc: string | undefined;
}

/** What is left to do for an unfinished upload. */
export interface ResumeState {
  readonly upload: Upload;
  /** By part number; undefined if the upload is complete already and only the response was lost. */
  readonly received: Map<number, ReceivedPart> | undefined;
}

/**
 * Asks the API what S3 has of an upload.
 *
 * @throws UploadError `not_resumable` if it has ended, `upload_not_found` if it belongs to another account
 */
export async function resumeState(
  api: UploadsApi,
  uploadId: string,
  record: ResumeRecord,
): Promise<ResumeState> {
  const { upload } = await api.get(uploadId);
  if (isWithdrawn(upload.status)) {
    throw new UploadError('not_resumable', { message: `The upload is ${upload.status}.` });
  }
  if (upload.status !== 'waiting') return { upload, received: undefined };
  return { upload, received: receivedParts(upload, record, (await api.parts(uploadId)).parts) };
}

/**
 * The parts that need not be sent: those that S3 has with the planned size and, if the record contains them, with the
 * recorded ETag. Others may come from another part size, or from another file.
 */
export function receivedParts(
  upload: Pick<Upload, 'size' | 'parts'>,
  record: Pick<ResumeRecord, 'parts' | 'partSize'>,
  listed: ListPartsResponse['parts'],
): Map<number, ReceivedPart> {
  const received = new Map<number, ReceivedPart>();
  if (record.partSize !== undefined && record.partSize !== upload.parts.size) return received;
  const recorded = new Map(record.parts.map((part) => [part.partNumber, part]));
  for (const { partNumber, size, etag } of listed) {
    if (partNumber > upload.parts.count) continue;
    const planned = partRange({ size: upload.size, partSize: upload.parts.size }, partNumber);
    const known = recorded.get(partNumber);
    if (size !== planned.size || (known && unquoted(known.etag) !== unquoted(etag))) continue;
    received.set(partNumber, { etag, crc: known?.crc });
  }
  return received;
}

function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1');
}
