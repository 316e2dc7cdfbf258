/** A version 7 UUID in lower case: https://www.rfc-editor.org/rfc/rfc9562#section-5.7 */
const UPLOAD_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

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

export function isUploadId(value: string): boolean {
  return UPLOAD_ID.test(value);
}

/** The creation time of an id in milliseconds since the epoch; undefined if it is not an upload id. */
export function timeOfUploadId(uploadId: string): number | undefined {
  if (!isUploadId(uploadId)) return undefined;
  return Number.parseInt(uploadId.slice(0, 8) + uploadId.slice(9, 13), 16);
}

function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
