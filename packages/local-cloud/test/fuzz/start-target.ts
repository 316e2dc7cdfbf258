import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Credentials } from '../../src/shared/caller.ts';
import { exchange } from '../raw-connection.ts';
import { signedBytes } from './sign.ts';

interface Hosted {
  readonly pid: number;
  readonly endpoints: Readonly<
    Record<
      's3' | 'services' | 'openS3' | 'distribution' | 'control' | 'pool' | 'dynamodb' | 'identity',
      string
    >
  >;
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly operator: Credentials;
  readonly owner: Credentials;
  readonly controlToken: string;
  readonly clientId: string;
  readonly redirectUri: string;
}

export interface Target extends Hosted {
  /** A bucket of `endpoints.openS3`. */
  readonly openBucket: string;
  /** Bytes of the heap and of buffers, after garbage collection. */
  memory(): Promise<number>;
  /** Internal errors since the last call. */
  errors(): Promise<readonly string[]>;
  isAlive(): boolean;
  stop(): Promise<void>;
}

/** Starts `target.ts` in a process of its own. */
export async function startTarget(folder: string, assemblyDir: string): Promise<Target> {
  const child = fork(new URL('./target.ts', import.meta.url), [folder, assemblyDir], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
  });
  const hosted = (await nextMessage(child)) as unknown as Hosted;
  const openBucket = 'open-to-everybody';
  const creation = {
    method: 'PUT',
    path: `/${openBucket}`,
    headers: { 'x-amz-acl': 'public-read-write', connection: 'close' },
  };
  const created = await exchange(
    hosted.endpoints.openS3,
    signedBytes(creation, 's3', hosted.owner),
    'waits',
  );
  if (!created.startsWith('HTTP/1.1 200')) throw new Error(`No bucket: ${created}`);
  const ask = async (question: string) => {
    const response = nextMessage(child);
    child.send(question);
    return response;
  };
  return {
    ...hosted,
    openBucket,
    memory: async () => Number((await ask('memory')).memory),
    errors: async () => (await ask('errors')).errors as string[],
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      const ended = once(child, 'exit');
      if (child.kill('SIGKILL')) await ended;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<Record<string, unknown>> {
  const ended = new AbortController();
  const onExit = (code: number | null, signal: string | null) =>
    ended.abort(new Error(`The local cloud ended: ${signal ?? `exit code ${code}`}.`));
  child.once('exit', onExit);
  try {
    const [message] = await once(child, 'message', { signal: ended.signal });
    return message as Record<string, unknown>;
  } finally {
    child.off('exit', onExit);
  }
}
