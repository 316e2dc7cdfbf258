/** Decodes base64. `atob` exists in browsers and in Node; `Buffer` and `Uint8Array.fromBase64` do not exist in both. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** A CRC64 as the API and S3 write it: 8 bytes, big-endian, base64. */
export function crcToBase64(crc: bigint): string {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, crc);
  return btoa(String.fromCharCode(...bytes));
}

/** @throws RangeError if it is not 8 bytes, DOMException if it is not base64 */
export function crcFromBase64(text: string): bigint {
  return new DataView(fromBase64(text).buffer).getBigUint64(0);
}
