import * as z from 'zod/mini';
import { MAX_TOKEN_SECONDS } from './token-life.ts';

/** One key of HS256. Times in seconds since the epoch. */
export interface SigningKey {
  readonly kid: string;
  /** 32 random bytes as base64url. The text itself is the key of the HMAC: CloudFront's samples have keys of text. */
  readonly secret: string;
  /** From then on tokens are signed with it. */
  readonly from: number;
  /** Tokens that it signed are accepted before this time. */
  readonly until: number;
}

/**
 * Seconds from the publication of a key until it signs tokens. A change of a key value store reaches every edge
 * location within seconds: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions.html
 */
export const PUBLICATION_SECONDS = 120;

/** How long a key is accepted after the last token that it signed has expired: clocks differ. */
const GRACE_SECONDS = 3_600;

/** The keys as the secret and the key value store hold them: `{kid: {k, from, until}}`. */
const storedKeysSchema = /* @__PURE__ */ z.lazy(() =>
  z.record(
    z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/)),
    z.object({
      k: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
      from: z.int(),
      until: z.int(),
    }),
  ),
);

/** The name under which the key value store holds the keys. Upload ids are the other names. */
export const KEYS_NAME = 'keys';

/**
 * Parses the value of the secret, or of the key value store; undefined for anything else, such as the value that Secrets
 * Manager generates for a new secret.
 */
export function parseSigningKeys(text: string): readonly SigningKey[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = storedKeysSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const keys = Object.entries(parsed.data).map(([kid, { k, from, until }]) => ({
    kid,
    secret: k,
    from,
    until,
  }));
  return keys.length === 0 ? undefined : keys.sort((a, b) => a.from - b.from);
}

/** The text that `parseSigningKeys` reads. Four keys have less than 1 KB, the largest value of a key value store. */
export function formatSigningKeys(keys: readonly SigningKey[]): string {
  return JSON.stringify(
    Object.fromEntries(
      keys.map(({ kid, secret, from, until }) => [kid, { k: secret, from, until }]),
    ),
  );
}

/**
 * The keys after a rotation: the new key signs once it is published everywhere, and the present key is accepted until
 * the last token that it can sign is dead. Keys that are dead already are left out.
 *
 * @param keys present keys; empty at the first rotation, whose key signs at once
 * @param fresh the new key's id and secret
 * @param now seconds since the epoch
 */
export function rotateKeys(
  keys: readonly SigningKey[],
  fresh: Pick<SigningKey, 'kid' | 'secret'>,
  now: number,
): readonly SigningKey[] {
  const known = keys.find(({ kid }) => kid === fresh.kid);
  // The same step again: Lambda and Secrets Manager repeat a step that has failed.
  if (known) return keys;
  const from = keys.length === 0 ? now : now + PUBLICATION_SECONDS;
  const end = from + MAX_TOKEN_SECONDS + GRACE_SECONDS;
  const kept = keys
    .filter(({ until }) => until > now)
    .map((key) => ({ ...key, until: Math.min(key.until, end) }));
  return [...kept, { ...fresh, from, until: Number.MAX_SAFE_INTEGER }];
}

/**
 * What the key value store should hold where it lacks a key of the secret; undefined where it lacks none. Keys that only
 * the store has belong to a rotation that is running, and stay.
 */
export function keysToPublish(
  current: readonly SigningKey[],
  published: readonly SigningKey[],
): readonly SigningKey[] | undefined {
  const has = (keys: readonly SigningKey[], { kid, secret }: SigningKey) =>
    keys.some((key) => key.kid === kid && key.secret === secret);
  if (current.every((key) => has(published, key))) return undefined;
  const isKnown = (kid: string) => current.some((key) => key.kid === kid);
  return [...current, ...published.filter(({ kid }) => !isKnown(kid))];
}

/** The key that signs tokens at `now` (seconds since the epoch); undefined while no key is published. */
export function signingKeyAt(keys: readonly SigningKey[], now: number): SigningKey | undefined {
  return keys.filter(({ from, until }) => from <= now && now < until).at(-1);
}
