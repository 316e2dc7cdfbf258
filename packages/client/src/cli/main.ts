#!/usr/bin/env node
import { setInterval } from 'node:timers';
import manifest from '../../package.json' with { type: 'json' };
import { fileStore, forget, resumable, resumeUpload, upload, watch } from '../node/index.ts';
import { EXIT } from './exit-code.ts';
import { interruption } from './interruption.ts';
import { run } from './run.ts';

// A reader that closes the pipe early (`reelgate list | head`) is not an error. An upload continues to its end, and its
// exit code says how it ended.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (!process.argv.includes('upload')) process.exit(EXIT.ok);
});

const SHOW_CURSOR = '\x1b[?25h';

const exit = await run(process.argv.slice(2), {
  environment: process.env,
  platform: process.platform,
  stdout: process.stdout,
  stderr: process.stderr,
  interruption: interruption(process, (code) => {
    if (process.stdout.isTTY) process.stdout.write(SHOW_CURSOR);
    process.exit(code);
  }),
  client: { upload, resumeUpload, resumable, forget, watch, store: fileStore },
  version: manifest.version,
  now: () => Date.now(),
  every(ms, draw) {
    const timer = setInterval(draw, ms);
    return () => clearInterval(timer);
  },
});
// Writing to a pipe is asynchronous: https://nodejs.org/api/process.html#a-note-on-process-io
await new Promise((resolve) => process.stdout.write('', resolve));
// Open keep-alive connections would keep the process alive.
process.exit(exit);
