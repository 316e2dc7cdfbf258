/** Bytes of a base64 text; `atob` is in browsers and in Node, `Buffer` and `Uint8Array.fromBase64` are not in both. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** A CRC64 as the API and S3 write it: 8 bytes, the highest first, base64. */
export function crcToBase64(crc: bigint): string {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, crc);
  return btoa(String.fromCharCode(...bytes));
}

/** @throws RangeError for what is not 8 bytes, DOMException for what is no base64 */
export function crcFromBase64(text: string): bigint {
  return new DataView(fromBase64(text).buffer).getBigUint64(0);
}
