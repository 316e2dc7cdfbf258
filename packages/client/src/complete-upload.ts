import { type Cut, partRange } from '../../../core/contract/part-range.ts';
import type { Upload } from '../../../core/contract/wire.ts';
import { abortError } from './clock.ts';
import { crcFromBase64, crcToBase64 } from './crc64/base64.ts';
import { type ChecksummedPart, combineCrcs } from './crc64/combine.ts';
import type { PartJob } from './part-source.ts';
import type { ReceivedPart } from './resume-state.ts';
import { sendParts } from './send-parts.ts';
import type { UploadContext } from './upload-context.ts';
import { UploadError } from './upload-error.ts';

/** How often parts are sent that have disappeared from S3 (two processes at one upload, a rule of the bucket). */
const MAX_ROUNDS = 3;

const LOST_PART_CODES: readonly string[] = [
  'parts_missing',
  'part_size_wrong',
  'part_etag_mismatch',
];

/**
 * Sends the parts that are missing, and completes the upload with the checksum of the whole file.
 *
 * @param received the parts that S3 has; updated here
 * @throws UploadError
 */
export async function completeUpload(
  context: UploadContext,
  upload: Upload,
  received: Map<number, ReceivedPart>,
): Promise<Upload> {
  const { source, api, state } = context;
  const cut = { size: upload.size, partSize: upload.parts.size };
  const sizeOf = (partNumber: number) => partRange(cut, partNumber).size;
  for (const partNumber of received.keys()) state.meter.alreadyStored(sizeOf(partNumber));
  for (let round = 1; ; round++) {
    state.enter('uploading');
    await sendParts(context, upload, missingParts(cut, received), received);
    state.enter('completing');
    await source.assertUnchanged();
    const checksum = await wholeChecksum(context, cut, received);
    const parts = [...received]
      .map(([partNumber, { etag }]) => ({ partNumber, etag }))
      .sort((one, other) => one.partNumber - other.partNumber);
    try {
      return (await api.complete(upload.id, { parts, checksum })).upload;
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      if (error.code === 'checksum_mismatch') throw await checksumMismatch(context, error);
      const lost = error.problem?.parts?.filter((partNumber) => received.has(partNumber)) ?? [];
      const canRepeat = LOST_PART_CODES.includes(error.code) && source.seekable;
      if (!canRepeat || lost.length === 0 || round === MAX_ROUNDS) throw error;
      for (const partNumber of lost) {
        received.delete(partNumber);
        state.meter.lost(sizeOf(partNumber));
      }
    }
  }
}

/**
 * A byte changed in transit. The part is unknown: S3 has no checksum of a part that was sent by a presigned URL. The
 * upload has ended; the next attempt is a new one.
 */
async function checksumMismatch(
  { state, source }: UploadContext,
  error: UploadError,
): Promise<UploadError> {
  await state.session.remove();
  return new UploadError(error.code, {
    ...error,
    retryable: source.seekable,
    message: 'The checksums differ. The next attempt is a new upload.',
    cause: error,
  });
}

/** Combined from the checksums of the parts; only a part without a recorded checksum is read again. */
async function wholeChecksum(
  { source, signal }: UploadContext,
  cut: Cut,
  received: Map<number, ReceivedPart>,
): Promise<string> {
  const parts: ChecksummedPart[] = [];
  for (const { partNumber, offset, size } of allParts(cut)) {
    if (signal.aborted) throw abortError(signal);
    const part = received.get(partNumber);
    const crc =
      part?.crc === undefined ? await source.checksum(offset, size) : crcFromBase64(part.crc);
    if (part) received.set(partNumber, { ...part, crc: crcToBase64(crc) });
    parts.push({ crc, size });
  }
  return crcToBase64(combineCrcs(parts));
}

function allParts(cut: Cut): PartJob[] {
  return Array.from({ length: Math.ceil(cut.size / cut.partSize) }, (_, index) => ({
    partNumber: index + 1,
    ...partRange(cut, index + 1),
  }));
}

function missingParts(cut: Cut, received: ReadonlyMap<number, unknown>): PartJob[] {
  return allParts(cut).filter(({ partNumber }) => !received.has(partNumber));
}
