import { isUploadId } from '../contract/upload-id.ts';

/** 48 bits of milliseconds: the year 10889. */
const MAX_TIME = 2 ** 48 - 1;

/**
 * Creates a UUIDv7. Its ids sort by creation time.
 *
 * @param now milliseconds since the epoch
 * @param random ten random bytes, of which 74 bits are used
 */
export function uploadIdFrom(now: number, random: Uint8Array): string {
  if (!Number.isInteger(now) || now < 0 || now > MAX_TIME) {
    throw new RangeError(`The time of a UUIDv7 must be 0 to ${MAX_TIME} ms; got ${now}.`);
  }
  if (random.length !== 10) {
    throw new RangeError(`A UUIDv7 needs 10 random bytes; got ${random.length}.`);
  }
  const time = now.toString(16).padStart(12, '0');
  const [first = 0, second = 0, third = 0, ...rest] = random;
  const version = hex([0x70 | (first & 0x0f), second]);
  const tail = hex([0x80 | (third & 0x3f), ...rest]);
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

/** The creation time of an id in milliseconds since the epoch; undefined if it is not an upload id. */
export function timeOfUploadId(uploadId: string): number | undefined {
  if (!isUploadId(uploadId)) return undefined;
  return Number.parseInt(uploadId.slice(0, 8) + uploadId.slice(9, 13), 16);
}

function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
