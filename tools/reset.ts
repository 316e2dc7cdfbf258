import { existsSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA, ROOT, START_LOCK } from './cloud/folders.ts';
import { runCommand } from './cloud/run-command.ts';
import { findRunning } from './cloud/running-cloud.ts';
import { takeStartLock } from './cloud/start-lock.ts';

const USAGE = `Usage: npm run reset

Removes the data of the local cloud that npm start runs (.reelgate/cloud). Synthesized stacks are kept.`;

await runCommand(USAGE, async () => {
  parseArgs();
  const lock = takeStartLock(START_LOCK);
  if (!lock)
    throw new Error(`The local cloud is running${processText()}. Stop it with Ctrl-C first.`);
  try {
    const existed = existsSync(DATA);
    rmSync(DATA, { recursive: true, force: true });
    const folder = relative(ROOT, DATA);
    console.log(existed ? `Removed ${folder}.` : `Nothing to remove: there is no ${folder}.`);
    return 0;
  } finally {
    lock.release();
  }
});

function processText(): string {
  try {
    return ` (process ${findRunning().pid})`;
  } catch {
    return '';
  }
}
