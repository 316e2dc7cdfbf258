import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Traffic } from './traffic.ts';

export type ServerKind = 's3' | 'bare';

export interface ServerUsage extends Traffic {
  /** Peak resident memory of the process. */
  readonly peakBytes: number;
}

/** A server in a process of its own. */
export interface BenchServer {
  readonly endpoint: string;
  usage(): Promise<ServerUsage>;
  /** Stops the server and keeps its data. */
  stop(): Promise<void>;
  /** Stops the server and removes its data. */
  close(): Promise<void>;
}

/** @param folder for the data: an empty folder, or the data of an earlier server */
export async function startServer(kind: ServerKind, folder: string): Promise<BenchServer> {
  const child = fork(join(import.meta.dirname, 'server-process.ts'), [kind, folder], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const { endpoint } = await nextMessage<{ endpoint: string }>(child);
  const stop = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    endpoint,
    stop,
    usage() {
      const usage = nextMessage<ServerUsage>(child);
      child.send('usage');
      return usage;
    },
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`The server exited with ${code} instead of sending a message.`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [
      Message,
    ];
    return message;
  } finally {
    // Ends the wait for the other event.
    ended.catch(() => undefined);
    settled.abort();
  }
}
