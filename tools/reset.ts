import { existsSync, rmSync } from 'node:fs';
import { DATA } from './cloud/folders.ts';
import { findRunning } from './cloud/hosted.ts';

let running: number | undefined;
try {
  running = findRunning().pid;
} catch {
  // Nothing runs, so nothing is in the way.
}
if (running !== undefined) {
  console.error(`The local cloud is running (process ${running}). Stop it first with Ctrl-C.`);
  process.exit(1);
}
console.log(existsSync(DATA) ? 'Removed the local cloud’s data.' : 'There was no data to remove.');
rmSync(DATA, { recursive: true, force: true });
