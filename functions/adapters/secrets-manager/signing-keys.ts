import { parseSigningKeys, type SigningKey } from '../../../core/playback/signing-keys.ts';
import type { SigningKeys } from '../../ports/playback.ts';
import { readCurrentVersion } from './key-versions.ts';
import type { Secret } from './secret.ts';

/** Shorter than `PUBLICATION_SECONDS`, so that a function signs with a new key soon after its time has come. */
const CACHE_MS = 60_000;

/**
 * The current keys, read at most once a minute, and again for as long as there are none.
 * @param elapsed milliseconds since some start
 */
export function cachedSigningKeys(secret: Secret, elapsed: () => number): SigningKeys {
  let cached: { readonly keys: readonly SigningKey[]; readonly at: number } | undefined;
  return {
    async current() {
      if (cached && elapsed() - cached.at < CACHE_MS) return cached.keys;
      const text = await readCurrentVersion(secret);
      const keys = text === undefined ? undefined : parseSigningKeys(text);
      cached = keys && { keys, at: elapsed() };
      return keys;
    },
  };
}
