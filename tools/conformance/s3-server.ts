import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../cloud/folders.ts';

const READY_MS = 60_000;

export interface S3Server {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts `packages/local-cloud/src/s3/main.ts`, as `npm run s3` does, on a free port. Throws with what it said if it does not come up. */
export async function startS3Server(data: string, credentials: string): Promise<S3Server> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(ROOT, 'packages', 'local-cloud', 'src', 's3', 'main.ts'),
      ...['--port', '0', '--data', data, '--credentials', credentials],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'exit').catch(() => undefined);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
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
      // Otherwise a full pipe would stop it.
      child.stdout.resume();
      return { port: Number(port), close };
    }
  } finally {
    clearTimeout(timer);
  }
  await close();
  throw new Error(`The local S3 did not start: ${said.trim() || 'it said nothing.'}`);
}
