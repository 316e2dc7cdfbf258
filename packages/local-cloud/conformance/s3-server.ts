import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const READY_MS = 60_000;

export interface S3Server {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts src/s3/main.ts in a process of its own, on a free port. Throws with its error output if it does not start. */
export async function startS3Server(data: string, credentials: string): Promise<S3Server> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, '../src/s3/main.ts'),
      ...['--port', '0', '--data', data, '--credentials', credentials],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'exit').catch(() => undefined);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4_000);
  });
  const close = async () => {
    child.kill();
    await ended;
  };
  const timer = setTimeout(() => child.kill(), READY_MS);
  try {
    for await (const line of createInterface(child.stdout)) {
      const port = /^S3 is ready at http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port === undefined) continue;
      // The process would stop at a full pipe.
      child.stdout.resume();
      return { port: Number(port), close };
    }
  } finally {
    clearTimeout(timer);
  }
  await close();
  throw new Error(`The local S3 did not start: ${errors.trim() || 'it printed no error.'}`);
}
