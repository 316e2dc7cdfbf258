import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

export type ServerKind = 'local/s3' | 'bare';

/** A server in a process of its own. */
export interface BenchServer {
  readonly endpoint: string;
  /** Largest resident memory of the process so far, bytes. */
  peakBytes(): Promise<number>;
  /** Ends it; what it has stored stays. */
  stop(): Promise<void>;
  /** Ends it and removes what it has stored. */
  close(): Promise<void>;
}

/** @param folder where it stores: an empty one, or what an earlier server has left */
export async function startServer(kind: ServerKind, folder: string): Promise<BenchServer> {
  const child = fork(join(import.meta.dirname, 'server-process.ts'), [kind, folder], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const { endpoint } = await answer<{ endpoint: string }>(child);
  const stop = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    endpoint,
    stop,
    async peakBytes() {
      const answered = answer<{ peakBytes: number }>(child);
      child.send('usage');
      return (await answered).peakBytes;
    },
    async close() {
      await stop();
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
