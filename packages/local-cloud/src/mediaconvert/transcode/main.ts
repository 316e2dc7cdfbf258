import { setPriority } from 'node:os';
import { S3Client } from '@aws-sdk/client-s3';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { Credentials } from '../../shared/caller.ts';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import type { FromJob, JobOrder, ToJob } from './job-messages.ts';
import { transcode } from './transcode.ts';

/**
 * The process of one job. It receives a JobOrder, reports its progress, and ends with `done` or `failed`.
 * Damaged media can crash or block FFmpeg; that affects only this job.
 */
const BELOW_NORMAL = 5;
const GUARD_MS = 500;
const MAX_STALL_MS = 300_000;
const PROGRESS_MS = 200;

function send(message: FromJob): void {
  process.send?.(message);
}

/** Sends the last message, waits until it is written, and exits without waiting for FFmpeg's threads. */
function end(message: FromJob): void {
  process.send?.(message, () => process.kill(process.pid, 'SIGKILL'));
}

const waiting: ((credentials: Credentials) => void)[] = [];

function credentials(): Promise<Credentials> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    send({ type: 'needCredentials' });
  });
}

function s3Client({ s3Endpoint, region }: JobOrder): S3Client {
  return new S3Client({
    endpoint: s3Endpoint,
    region,
    forcePathStyle: true,
    credentials: async () => {
      const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = await credentials();
      return {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        ...(expiresAt === undefined ? {} : { expiration: new Date(expiresAt) }),
      };
    },
  });
}

/**
 * Forwards messages, but only a few of the progress messages, which come for every packet. `stalled` is
 * whether there was no message for too long: damaged media can keep a decoder busy forever, and the clock of
 * the local cloud may not advance in that time.
 */
function throttled() {
  let last = 0;
  let lastMessageAt = performance.now();
  const stalled = () => performance.now() - lastMessageAt > MAX_STALL_MS;
  const pass = (message: FromJob) => {
    lastMessageAt = performance.now();
    if (message.type === 'progress' && message.phase === 'TRANSCODING') {
      const now = performance.now();
      if (now - last < PROGRESS_MS) return;
      last = now;
    }
    send(message);
  };
  return { pass, stalled };
}

async function run(order: JobOrder): Promise<void> {
  const { pass, stalled } = throttled();
  const guard = setInterval(() => {
    if (stalled())
      end(failed(new JobFailure(FAILURE_CODES.timedOut, 'The transcoder made no progress')));
    if (process.memoryUsage.rss() <= order.memoryLimit) return;
    const most = Math.floor(order.memoryLimit / 1024 / 1024);
    end(failed(new Error(`The job needed more than ${most} MiB of memory`)));
  }, GUARD_MS);
  try {
    const { settings, folder } = order;
    const groups = await transcode({ settings, folder, s3: s3Client(order), report: pass });
    end({ type: 'done', outputGroupDetails: groups });
  } catch (error) {
    end(failed(error));
  } finally {
    clearInterval(guard);
  }
}

function failed(error: unknown): FromJob {
  if (error instanceof JobFailure)
    return { type: 'failed', code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'failed', code: FAILURE_CODES.unknown, message };
}

Log.setLevel(AV_LOG_QUIET);
setPriority(BELOW_NORMAL);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (message: ToJob) => {
  if (message.type === 'job') void run(message);
  else for (const resolve of waiting.splice(0)) resolve(message.credentials);
});
