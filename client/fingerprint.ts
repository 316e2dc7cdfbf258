import { crcToBase64 } from './crc64/base64.ts';
import { crc64 } from './crc64/crc64.ts';
import type { PartSource } from './part-source.ts';
import type { Fingerprint } from './resume-record.ts';

/** Containers have their index at the head or at the tail; an edit shows there. */
const ENDS_BYTES = 64 * 1024;
const PLACE_BYTES = 16 * 1024;
const PLACES = 6;

/**
 * The ranges that a fingerprint reads: head, tail, and places spread evenly between.
 *
 * @param size bytes
 * @returns [offset, bytes], at most 224 KiB in all
 */
export function sampledRanges(size: number): [number, number][] {
  if (size <= 2 * ENDS_BYTES + PLACES * PLACE_BYTES) return [[0, size]];
  const between = size - 2 * ENDS_BYTES - PLACE_BYTES;
  const places = Array.from({ length: PLACES }, (_, index): [number, number] => [
    ENDS_BYTES + Math.floor((between * (index + 0.5)) / PLACES),
    PLACE_BYTES,
  ]);
  return [[0, ENDS_BYTES], ...places, [size - ENDS_BYTES, ENDS_BYTES]];
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
