/**
 * Stands in bundles for `node:zlib` (lib/bundle-functions.ts), of which the SDK takes nothing but `crc32`. Without
 * it the SDK uses its own, which is slower, and which is asked for the few bytes of a DeleteObjects only.
 */
export const crc32 = undefined;
