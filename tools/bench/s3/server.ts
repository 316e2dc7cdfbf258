import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Traffic } from './traffic.ts';

export type ServerKind = 'local/s3' | 'bare';

export interface ServerUsage extends Traffic {
  /** Largest resident memory of the process so far. */
  readonly peakBytes: number;
}

/** A server in a process of its own. */
export interface BenchServer {
  readonly endpoint: string;
  usage(): Promise<ServerUsage>;
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
    usage() {
      const answered = answer<ServerUsage>(child);
      child.send('usage');
      return answered;
    },
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answer<Message>(child: ChildProcess): Promise<Message> {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`The server ended with ${code} before it answered.`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [
      Message,
    ];
    return message;
  } finally {
    // Whichever did not come would wait for ever.
    ended.catch(() => undefined);
    settled.abort();
  }
}
