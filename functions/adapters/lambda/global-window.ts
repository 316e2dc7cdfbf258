/**
 * Replaces `global/window` of m3u8-parser in bundles (lib/bundle-functions.ts). The real one is CommonJS:
 * esbuild copies its members, all of `globalThis`, and reading these loads Node's fetch, HTTP/2 and workers.
 */
export default globalThis;
