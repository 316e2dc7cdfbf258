import { type ChildProcess, fork } from 'node:child_process';
import type { Credentials } from '../../shared/caller.ts';
import { FAILURE_CODES } from '../transcode/job-failure.ts';
import type { FromJob, JobOrder, ToJob } from '../transcode/job-messages.ts';

const ENTRY = new URL('../transcode/main.ts', import.meta.url);

export interface JobProcess {
  /** Resolves when the process has ended, for whatever reason, and its last message has been read. */
  readonly ended: Promise<void>;
  /** Ends the process at once. Nothing is reported after that. */
  kill(): void;
}

export interface JobProcessOptions {
  readonly order: JobOrder;
  credentials(): Credentials;
  /** The last message is `done` or `failed`, unless `kill` was called. */
  onMessage(message: FromJob): void;
  /** Default: starts the transcoder. */
  readonly fork?: () => ChildProcess;
}

/** The thread pool is large enough for one encoder per rendition. */
function forkTranscoder(): ChildProcess {
  return fork(ENTRY, {
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=1024'],
    env: { PATH: process.env.PATH, UV_THREADPOOL_SIZE: '8' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Starts the process of one job. */
export function startJobProcess(options: JobProcessOptions): JobProcess {
  const child = (options.fork ?? forkTranscoder)();
  let reported = false;
  let lastOutput = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    lastOutput = (lastOutput + chunk.toString()).slice(-500);
  });
  const report = (message: FromJob) => {
    if (reported) return;
    reported = message.type === 'done' || message.type === 'failed';
    options.onMessage(message);
  };
  const kill = () => {
    reported = true;
    child.kill('SIGKILL');
  };
  child.on('message', (message: FromJob) => {
    if (message.type !== 'needCredentials') {
      report(message);
      return;
    }
    try {
      send(child, { type: 'credentials', credentials: options.credentials() });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      report({
        type: 'failed',
        code: FAILURE_CODES.roleNotTrusted,
        message: `Unable to assume role. Check that the role exists and that MediaConvert is a trusted entity. ${reason}`,
      });
      kill();
    }
  });
  send(child, options.order);
  const ended = new Promise<void>((resolve) => {
    const onEnd = (reason: string) => {
      report({
        type: 'failed',
        code: FAILURE_CODES.unknown,
        message: `The transcoder ended unexpectedly: ${reason}`,
      });
      resolve();
    };
    child.once('error', (error) => onEnd(error.message));
    // Not `exit`, which can come before the messages that the process sent last. `close` comes after them.
    child.once('close', (code, signal) =>
      onEnd(`${signal ?? `exit code ${code}`} ${lastOutput}`.trim()),
    );
  });
  return { ended, kill };
}

function send(child: ChildProcess, message: ToJob): void {
  // A process that has ended is reported by its `close` event.
  if (child.connected) child.send(message, () => undefined);
}
