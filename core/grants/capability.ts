import { type CapabilityItem, capabilityItemKey } from '../uploads/records.ts';
import { sha256Hex } from './hashing.ts';

/** 256 bits: nobody guesses one, so it needs no salt and no slow hash. */
const RANDOM_BYTES = 32;
const CAPABILITY = /^[A-Za-z0-9_-]{43}$/;

export interface NewCapability {
  /** What the client is given, and what stands nowhere else. */
  readonly capability: string;
  readonly item: CapabilityItem;
}

/**
 * Makes what a client that sends no headers shows instead of a token: it stands in the path, acts for one owner,
 * and ends by itself.
 *
 * @param random 32 random bytes
 * @param now milliseconds since the epoch
 */
export function newCapability(
  { owner, subject }: Pick<CapabilityItem, 'owner' | 'subject'>,
  random: Uint8Array,
  now: number,
  lifetimeSeconds: number,
): NewCapability {
  if (random.length !== RANDOM_BYTES) {
    throw new RangeError(`A capability takes ${RANDOM_BYTES} random bytes; got ${random.length}.`);
  }
  const capability = Buffer.from(random).toString('base64url');
  const item = {
    ...capabilityItemKey(sha256Hex(capability)),
    owner,
    subject,
    createdAt: new Date(now).toISOString(),
    expiresAt: Math.floor(now / 1000) + lifetimeSeconds,
  };
  return { capability, item };
}

/** Under which key a capability stands; undefined for a text that cannot be one. */
export function capabilityKey(
  capability: string,
): ReturnType<typeof capabilityItemKey> | undefined {
  return CAPABILITY.test(capability) ? capabilityItemKey(sha256Hex(capability)) : undefined;
}
