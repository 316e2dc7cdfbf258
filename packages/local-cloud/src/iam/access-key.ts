import { randomBytes } from 'node:crypto';

/** Returns `length` unpredictable bytes. */
export type NewSecret = (length: number) => Buffer;

export const randomSecret: NewSecret = (length) => randomBytes(length);

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * 20 characters. AKIA is the prefix of a permanent key, ASIA of a temporary one, as in AWS's table of unique
 * ID prefixes.
 */
export function newAccessKeyId(prefix: 'AKIA' | 'ASIA', secret: NewSecret): string {
  return prefix + [...secret(16)].map((byte) => BASE32[byte % 32]).join('');
}

/** 40 characters, as on AWS. */
export function newSecretKey(secret: NewSecret): string {
  return secret(30).toString('base64');
}

/** An opaque token. Tokens of AWS are longer, but their size is not specified. */
export function newSessionToken(secret: NewSecret): string {
  return secret(96).toString('base64');
}
