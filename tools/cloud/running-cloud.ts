import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { RUNNING } from './folders.ts';
import type { Hosted } from './hosted.ts';

/** Publishes a ready cloud for the other commands; the file has credentials in it, so only its owner can read it. */
export function publishRunning(hosted: Hosted): void {
  mkdirSync(dirname(RUNNING), { recursive: true });
  writeFileSync(RUNNING, JSON.stringify(hosted, null, 2), { mode: 0o600 });
}

export function withdrawRunning(): void {
  rmSync(RUNNING, { force: true });
}

/** @throws Error with the command that starts the cloud, where none is ready */
export function findRunning(): Hosted {
  try {
    const hosted = JSON.parse(readFileSync(RUNNING, 'utf8')) as Hosted;
    process.kill(hosted.pid, 0);
    return hosted;
  } catch {
    throw new Error(
      'The local cloud is not running, or is not ready yet. Start it in another terminal with npm start.',
    );
  }
}
