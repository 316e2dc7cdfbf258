import { type CapabilityItem, capabilityItemKey } from '../uploads/records.ts';
import { sha256Hex } from './hashing.ts';

/** 256 random bits cannot be guessed, so the stored hash needs neither salt nor a slow function. */
const RANDOM_BYTES = 32;
const CAPABILITY = /^[A-Za-z0-9_-]{43}$/;

export interface NewCapability {
  /** For the client. It is not stored; the item has its hash. */
  readonly capability: string;
  readonly item: CapabilityItem;
}

/**
 * Creates a credential for clients that cannot send an `Authorization` header. It is part of the path, acts for one
 * owner, and expires.
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
    throw new RangeError(`A capability needs ${RANDOM_BYTES} random bytes; got ${random.length}.`);
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

/** The key of a capability in the table; undefined if the text cannot be a capability. */
export function capabilityKey(
  capability: string,
): ReturnType<typeof capabilityItemKey> | undefined {
  return CAPABILITY.test(capability) ? capabilityItemKey(sha256Hex(capability)) : undefined;
}
