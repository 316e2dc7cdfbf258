import { randomBytes } from 'node:crypto';

/** Where secrets come from: `length` unguessable bytes. */
export type NewSecret = (length: number) => Buffer;

export const randomSecret: NewSecret = (length) => randomBytes(length);

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 20 characters: AKIA names a lasting key, ASIA a session's, as in IAM's table of unique ID prefixes. */
export function newAccessKeyId(prefix: 'AKIA' | 'ASIA', secret: NewSecret): string {
  return prefix + [...secret(16)].map((byte) => BASE32[byte % 32]).join('');
}

/** 40 characters, as AWS's own. */
export function newSecretKey(secret: NewSecret): string {
  return secret(30).toString('base64');
}

/** An opaque token; AWS's are longer, but promise no size. */
export function newSessionToken(secret: NewSecret): string {
  return secret(96).toString('base64');
}
