import { rmSync } from 'node:fs';

/** Jest's globalTeardown: removes the temporary folder of `set-up.js`. */
export default function tearDown() {
  rmSync(process.env.TMPDIR, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  // A process may run jest several times, as mutation tests do.
  if (globalThis.systemTmpdir === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = globalThis.systemTmpdir;
}
