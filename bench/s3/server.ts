import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export type ServerKind = 'local/s3' | 'bare';

/** A server in a process of its own, over an empty folder. */
export interface BenchServer {
  readonly endpoint: string;
  /** Largest resident memory of the process so far, bytes. */
  peakBytes(): Promise<number>;
  /** Ends it and removes what it has stored. */
  close(): Promise<void>;
}

export async function startServer(kind: ServerKind, parent: string): Promise<BenchServer> {
  const folder = mkdtempSync(join(parent, 'server-'));
  const child = fork(join(import.meta.dirname, 'server-process.ts'), [kind, folder], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const { endpoint } = await answer<{ endpoint: string }>(child);
  return {
    endpoint,
    async peakBytes() {
      const answered = answer<{ peakBytes: number }>(child);
      child.send('usage');
      return (await answered).peakBytes;
    },
    async close() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answer<Message>(child: ChildProcess): Promise<Message> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The server ended with ${code} before it answered.`);
  });
  ended.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [Message];
  return message;
}
