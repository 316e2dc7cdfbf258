import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs a program in a session of its own, so that Ctrl-C in the terminal reaches only the parent, beside a
 * guard that reads from a pipe of the parent's: when the parent dies, by SIGKILL too, the pipe ends and the
 * guard kills the program. A line in the pipe says that the program ended in good order.
 */
const GUARDED = '(read -r _ <&3 && exit; kill -9 $$) >/dev/null 2>&1 & exec "$@" 3<&-';

const STOP_PATIENCE_MS = 3000;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface GuardedProcess {
  /** Rejects with what the program wrote to its standard error once it ends by itself. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/** `pidFile` remembers the process, so that the next start finds one that outlived its guard. */
export function startGuarded(
  command: readonly [string, ...string[]],
  options: { cwd: string; pidFile: string; environment: Environment },
): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', ...command], {
    cwd: options.cwd,
    env: options.environment,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) writeFileSync(options.pidFile, String(child.pid));
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4000);
  });
  const gone = new Promise<number | null>((resolve) => {
    // The pipe keeps `close` waiting until the guard has let go of it.
    child.once('exit', () => release(child));
    child.once('close', (code) => {
      rmSync(options.pidFile, { force: true });
      resolve(code);
    });
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    void gone.then((code) => reject(new ProgramEnded(code, complaint)));
  });
  // Whoever waits for it hears of it; an end that nobody waits for shows in the next call.
  ended.catch(() => {});
  return {
    ended,
    async stop() {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      await gone;
      clearTimeout(impatience);
    },
  };
}

export class ProgramEnded extends Error {
  override readonly name = 'ProgramEnded';
  readonly code: number | null;
  readonly complaint: string;

  constructor(code: number | null, complaint: string) {
    super(`The program ended with ${code}: ${complaint.trim()}`);
    this.code = code;
    this.complaint = complaint;
  }
}

/** Kills what an earlier start has left, if the process of that id still is the one that was started. */
export function killStale(pidFile: string, mark: string): void {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (Number.isInteger(pid) && pid > 1 && commandLine(pid).includes(mark)) {
    process.kill(pid, 'SIGKILL');
    const deadline = Date.now() + STOP_PATIENCE_MS;
    while (commandLine(pid).includes(mark) && Date.now() < deadline) {
      spawnSync('/bin/sleep', ['0.02']);
    }
  }
  rmSync(pidFile, { force: true });
}

/** Empty for a process that there is not. */
function commandLine(pid: number): string {
  const known = join('/proc', String(pid), 'cmdline');
  try {
    if (process.platform === 'linux') return readFileSync(known, 'utf8').replaceAll('\0', ' ');
    return spawnSync('ps', ['-p', String(pid), '-o', 'command=']).stdout.toString();
  } catch {
    return '';
  }
}

function release(child: ChildProcess): void {
  const pipe = child.stdio[3];
  if (pipe && 'end' in pipe) pipe.end('done\n');
}
