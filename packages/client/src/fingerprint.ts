import { crcToBase64 } from './crc64/base64.ts';
import { crc64 } from './crc64/crc64.ts';
import type { PartSource } from './part-source.ts';
import type { Fingerprint } from './resume-record.ts';

/** Head and tail are among them: containers have their index there, where an edit shows. */
const PLACES = 8;
const PLACE_BYTES = 32 * 1024;

/**
 * The ranges that a fingerprint reads, spread evenly from the head to the tail.
 *
 * @param size bytes
 * @returns [offset, bytes], 256 KiB at most in all
 */
export function sampledRanges(size: number): [number, number][] {
  if (size <= PLACES * PLACE_BYTES) return [[0, size]];
  return Array.from({ length: PLACES }, (_, place) => [
    Math.floor(((size - PLACE_BYTES) * place) / (PLACES - 1)),
    PLACE_BYTES,
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

/** Whether both are the same file, unchanged. A file that was moved or renamed still is. */
export function sameFile(one: Fingerprint, other: Fingerprint): boolean {
  return (
    one.size === other.size &&
    one.sample === other.sample &&
    one.lastModified === other.lastModified
  );
}
