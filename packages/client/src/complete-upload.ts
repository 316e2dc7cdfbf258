import { type Cut, partRange } from '../../../core/contract/part-range.ts';
import type { Upload } from '../../../core/contract/wire.ts';
import type { UploadsApi } from './api.ts';
import { stopped } from './clock.ts';
import { crcFromBase64, crcToBase64 } from './crc64/base64.ts';
import { combineCrcs, type SummedPart } from './crc64/combine.ts';
import type { PartJob, PartSource } from './part-source.ts';
import type { ProgressMeter } from './progress-meter.ts';
import type { ResumeSession } from './resume-session.ts';
import type { HeldPart } from './resume-state.ts';
import type { TransferReport } from './transfer-report.ts';
import { UploadError } from './upload-error.ts';

export interface Completion {
  readonly upload: Upload;
  readonly source: PartSource;
  readonly api: UploadsApi;
  readonly keeper: ResumeSession;
  /** The parts that have arrived; `send` adds to it. */
  readonly held: Map<number, HeldPart>;
  readonly signal: AbortSignal;
  readonly report: TransferReport;
  readonly meter: ProgressMeter;
  readonly send: (parts: readonly PartJob[]) => Promise<void>;
}

/** Parts that got lost behind our back (two processes at one upload, a bucket's rule) are sent again this often. */
const ROUNDS = 3;

/** Sends what is missing and has all put together, under the checksum of the whole file. @throws UploadError */
export async function completeUpload(completion: Completion): Promise<Upload> {
  const { upload, source, api, held, report, meter, signal } = completion;
  const cut = { size: upload.size, partSize: upload.parts.size };
  const sizeOf = (partNumber: number) => partRange(cut, partNumber).size;
  for (const partNumber of held.keys()) meter.kept(sizeOf(partNumber));
  for (let round = 1; ; round++) {
    report.enter('uploading');
    await completion.send(missingParts(cut, held));
    report.enter('completing');
    await source.assertUnchanged();
    const checksum = await wholeChecksum(cut, held, source, signal);
    const parts = [...held]
      .map(([partNumber, { etag }]) => ({ partNumber, etag }))
      .sort((one, other) => one.partNumber - other.partNumber);
    try {
      return (await api.complete(upload.id, { parts, checksum })).upload;
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      if (error.code === 'checksum_mismatch') throw await distrusted(completion, error);
      const lost = error.problem?.parts?.filter((partNumber) => held.has(partNumber)) ?? [];
      if (!LOST.includes(error.code) || !source.seekable || lost.length === 0 || round === ROUNDS) {
        throw error;
      }
      for (const partNumber of lost) {
        held.delete(partNumber);
        meter.lost(sizeOf(partNumber));
      }
    }
  }
}

const LOST: string[] = ['parts_missing', 'part_size_wrong', 'part_etag_mismatch'];

/**
 * A byte was flipped on its way. Which part has it nobody can tell: S3 has no checksum of a part that was sent
 * by a presigned URL. So none is trusted any more, and the same upload, tried again, sends every part anew.
 */
async function distrusted(
  { keeper, source }: Completion,
  error: UploadError,
): Promise<UploadError> {
  await keeper.distrust();
  return new UploadError('checksum_mismatch', {
    status: error.status,
    problem: error.problem,
    retryable: source.seekable,
    message: 'The checksums differ. Tried again, every part is sent anew.',
    cause: error,
  });
}

/** Of the parts' own checksums; only a part that arrived without a record of it is read again. */
async function wholeChecksum(
  cut: Cut,
  held: Map<number, HeldPart>,
  source: PartSource,
  signal: AbortSignal,
): Promise<string> {
  const summed: SummedPart[] = [];
  for (const { partNumber, offset, size } of allParts(cut)) {
    if (signal.aborted) throw stopped(signal);
    const part = held.get(partNumber);
    const crc =
      part?.crc === undefined ? await source.checksum(offset, size) : crcFromBase64(part.crc);
    if (part) held.set(partNumber, { ...part, crc: crcToBase64(crc) });
    summed.push({ crc, size });
  }
  return crcToBase64(combineCrcs(summed));
}

function allParts(cut: Cut): PartJob[] {
  return Array.from({ length: Math.ceil(cut.size / cut.partSize) }, (_, index) => ({
    partNumber: index + 1,
    ...partRange(cut, index + 1),
  }));
}

/** The parts of an upload that are not held, ascending. */
function missingParts(cut: Cut, held: ReadonlyMap<number, unknown>): PartJob[] {
  return allParts(cut).filter(({ partNumber }) => !held.has(partNumber));
}
