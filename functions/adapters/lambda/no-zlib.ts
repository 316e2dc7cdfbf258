/**
 * Replaces `node:zlib` in bundles (lib/bundle-functions.ts), of which the SDK uses only `crc32`. Without
 * it the SDK uses its own, which is slower, and used only for the few bytes of a DeleteObjects request.
 */
export const crc32 = undefined;
