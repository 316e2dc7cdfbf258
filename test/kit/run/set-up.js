import { randomInt } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'reelgate-tests-';

/**
 * Jest's globalSetup: gives all tests of a run one temporary folder of their own, which `tear-down.js` removes, so that
 * no test leaves anything in the system's. It has the process id in its name: folders of runs that were killed are
 * removed by the next run.
 */
export default function setUp() {
  const system = tmpdir();
  for (const name of readdirSync(system).filter((found) => found.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (!isAlive(pid)) rmSync(join(system, name), { recursive: true, force: true });
  }
  // One seed for a whole run, inherited by the workers; `seed-reporter.js` prints it after a failure.
  process.env.REELGATE_SEED ??= String(randomInt(2 ** 32));
  globalThis.systemTmpdir = process.env.TMPDIR;
  process.env.TMPDIR = mkdtempSync(join(system, `${PREFIX}${process.pid}-`));
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
