import type { AttributeValue } from './attribute-value.ts';
import { encodeNumberKey } from './number-key.ts';

export type KeyType = 'S' | 'N' | 'B';

/** Strings and binary end with 00 01; a zero byte inside is written 00 FF, so a prefix comes first. */
const TERMINATOR = Buffer.from([0x00, 0x01]);

const HASH_BYTES = 4;

/**
 * A key attribute as bytes: strings in the order of their UTF-8 bytes, binary unsigned, numbers by value.
 * No encoding is the beginning of another one, so that encodings can be joined.
 */
export function encodeKeyPart(value: AttributeValue): Buffer {
  if ('N' in value) return encodeNumberKey(value.N);
  return Buffer.concat([encodeKeyPrefix(value), TERMINATOR]);
}

/** What every encoding of a string or binary that begins with `value` begins with. */
export function encodeKeyPrefix(value: AttributeValue): Buffer {
  if ('S' in value) return escapeZeros(Buffer.from(value.S, 'utf8'));
  if ('B' in value) return escapeZeros(Buffer.from(value.B, 'base64'));
  throw new TypeError(
    `A key's prefix is a string or binary; got ${Object.keys(value).join(', ')}.`,
  );
}

/**
 * The encoding of a partition key: a hash, then the key. The hash scatters partitions as AWS does, so a scan's
 * order is none that an application could rely on, and a scan's segments are ranges of it.
 */
export function encodePartition(value: AttributeValue): Buffer {
  const part = encodeKeyPart(value);
  const bytes = Buffer.allocUnsafe(HASH_BYTES + part.length);
  bytes.writeUInt32BE(hash(part), 0);
  part.copy(bytes, HASH_BYTES);
  return bytes;
}

/** The first key after all keys that begin with `prefix`; undefined where nothing can come after them. */
export function afterPrefix(prefix: Buffer): Buffer | undefined {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) end -= 1;
  if (end === 0) return undefined;
  const after = Buffer.from(prefix.subarray(0, end));
  after[end - 1] = (after[end - 1] ?? 0) + 1;
  return after;
}

function escapeZeros(bytes: Buffer): Buffer {
  if (!bytes.includes(0)) return bytes;
  const escaped: number[] = [];
  for (const byte of bytes) {
    escaped.push(byte);
    if (byte === 0) escaped.push(0xff);
  }
  return Buffer.from(escaped);
}

/** FNV-1a with the finalizer of MurmurHash3, which spreads short keys over all 32 bits. */
function hash(bytes: Buffer): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at += 1) {
    state = Math.imul(state ^ (bytes[at] ?? 0), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
