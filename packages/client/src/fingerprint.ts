import { crcToBase64 } from './crc64/base64.ts';
import { crc64 } from './crc64/crc64.ts';
import type { PartSource } from './part-source.ts';
import type { Fingerprint } from './resume-record.ts';

/** Head and tail are among them: containers have their index there, where an edit shows. */
const SAMPLES = 8;
const SAMPLE_BYTES = 32 * 1024;

/**
 * The ranges that a fingerprint reads, spread evenly from head to tail.
 *
 * @param size bytes
 * @returns [offset, bytes], at most 256 KiB in all
 */
export function sampledRanges(size: number): [number, number][] {
  if (size <= SAMPLES * SAMPLE_BYTES) return [[0, size]];
  return Array.from({ length: SAMPLES }, (_, index) => [
    Math.floor(((size - SAMPLE_BYTES) * index) / (SAMPLES - 1)),
    SAMPLE_BYTES,
  ]);
}

/** @throws UploadError `file_changed`, `file_unreadable` */
export async function fingerprintOf(source: PartSource): Promise<Fingerprint> {
  const update = crc64();
  let crc = 0n;
  for (const [offset, size] of sampledRanges(source.size)) {
    crc = update(crc, await source.read(offset, size));
  }
  return {
    name: source.name,
    size: source.size,
    lastModified: source.lastModified,
    sample: crcToBase64(crc),
  };
}

/** Whether both are the same, unchanged file. Its name may differ: a file that was moved is still the same. */
export function sameFile(one: Fingerprint, other: Fingerprint): boolean {
  return (
    one.size === other.size &&
    one.sample === other.sample &&
    one.lastModified === other.lastModified
  );
}
