import { type ChildProcess, fork } from 'node:child_process';
import type { Credentials } from '../../shared/caller.ts';
import { FAILURE_CODES } from '../transcode/job-failure.ts';
import type { FromJob, JobOrder, ToJob } from '../transcode/job-messages.ts';

const ENTRY = new URL('../transcode/main.ts', import.meta.url);

export interface JobProcess {
  /** When the process is gone, however it went. */
  readonly ended: Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

export interface JobProcessOptions {
  readonly order: JobOrder;
  credentials(): Credentials;
  /** The last message is `done` or `failed`, unless the process was killed from here. */
  hear(message: FromJob): void;
}

/** Starts the process of one job. Its thread pool has room for an encoder of each rendition. */
export function startJobProcess(options: JobProcessOptions): JobProcess {
  const child = fork(ENTRY, {
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=1024'],
    env: { PATH: process.env.PATH, UV_THREADPOOL_SIZE: '8' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let told = false;
  let last = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    last = (last + chunk.toString()).slice(-500);
  });
  const hear = (message: FromJob) => {
    if (told) return;
    told = message.type === 'done' || message.type === 'failed';
    options.hear(message);
  };
  const kill = () => {
    told = true;
    child.kill('SIGKILL');
  };
  child.on('message', (message: FromJob) => {
    if (message.type !== 'needCredentials') {
      hear(message);
      return;
    }
    try {
      send(child, { type: 'credentials', credentials: options.credentials() });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      hear({
        type: 'failed',
        code: FAILURE_CODES.roleNotTrusted,
        message: `Unable to assume role. Check that the role exists and that MediaConvert is a trusted entity. ${why}`,
      });
      kill();
    }
  });
  send(child, options.order);
  const ended = new Promise<void>((resolve) => {
    const gone = (how: string) => {
      hear({
        type: 'failed',
        code: FAILURE_CODES.unknown,
        message: `The transcoder ended unexpectedly: ${how}`,
      });
      resolve();
    };
    child.once('error', (error) => gone(error.message));
    child.once('exit', (code, signal) => gone(`${signal ?? `exit code ${code}`} ${last}`.trim()));
  });
  return { ended, kill };
}

function send(child: ChildProcess, message: ToJob): void {
  // A child that is gone is told by its exit event.
  if (child.connected) child.send(message, () => undefined);
}
