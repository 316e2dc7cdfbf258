import { setPriority } from 'node:os';
import { S3Client } from '@aws-sdk/client-s3';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { Credentials } from '../../shared/caller.ts';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import type { FromJob, JobOrder, ToJob } from './job-messages.ts';
import { transcode } from './transcode.ts';

/**
 * The process of one job. It gets a JobOrder, tells its progress, and ends with `done` or `failed`. Damaged
 * media can crash or stall FFmpeg: here that ends one job and nothing else.
 */
const BELOW_NORMAL = 5;
const GUARD_MS = 500;
const MAX_SILENCE_MS = 300_000;
const PROGRESS_MS = 200;

function tell(message: FromJob): void {
  process.send?.(message);
}

/** Says why, waits until the parent has it, and ends without waiting for FFmpeg's threads. */
function end(message: FromJob): void {
  process.send?.(message, () => process.kill(process.pid, 'SIGKILL'));
}

const waiting: ((credentials: Credentials) => void)[] = [];

function credentials(): Promise<Credentials> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    tell({ type: 'needCredentials' });
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
 * Lets messages through, few of those that come for each packet; `stalled` says when none has come for long.
 * Damaged media can keep a decoder busy for ever, and the clock of the cloud may stand still meanwhile.
 */
function thinned() {
  let last = 0;
  let heard = performance.now();
  const stalled = () => performance.now() - heard > MAX_SILENCE_MS;
  const pass = (message: FromJob) => {
    heard = performance.now();
    if (message.type === 'progress' && message.phase === 'TRANSCODING') {
      const now = performance.now();
      if (now - last < PROGRESS_MS) return;
      last = now;
    }
    tell(message);
  };
  return { pass, stalled };
}

async function run(order: JobOrder): Promise<void> {
  const { pass, stalled } = thinned();
  const guard = setInterval(() => {
    if (stalled())
      end(failed(new JobFailure(FAILURE_CODES.timedOut, 'The transcoder made no progress')));
    if (process.memoryUsage.rss() <= order.memoryLimit) return;
    const most = Math.floor(order.memoryLimit / 1024 / 1024);
    end(failed(new Error(`The job needed more than ${most} MiB of memory`)));
  }, GUARD_MS);
  try {
    const { settings, folder } = order;
    const groups = await transcode({ settings, folder, s3: s3Client(order), tell: pass });
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
