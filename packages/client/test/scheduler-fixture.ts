import { concurrencyControl } from '../src/concurrency-control.ts';
import { PartScheduler } from '../src/part-scheduler.ts';
import {
  ConnectionFailure,
  type PartJob,
  type PartRequestOptions,
  type PartResponse,
  type PartSource,
} from '../src/part-source.ts';
import { partUrls } from '../src/part-urls.ts';
import { progressMeter } from '../src/progress-meter.ts';
import type { UploadError } from '../src/upload-error.ts';
import { fakeClock } from './fake-clock.ts';

const PART = 1_000;
export const MINUTE = 60_000;

/** What happens to an attempt. A number is the status of S3's response, `unreachable`: not one byte is sent. */
export type Outcome = 'stored' | 'fails' | 'lost' | 'unreachable' | 'hangs' | number;

interface Scenario {
  readonly parts: number;
  readonly outcome: (partNumber: number, attempt: number, now: number) => Outcome;
  readonly online?: () => boolean;
  readonly patienceMs?: number;
  /** The checksum of a part that is stored. */
  readonly crc?: () => Promise<bigint>;
  readonly more?: Partial<PartSource>;
}

/** Sends parts over a network and with a clock that the test controls. */
export function send({
  parts,
  outcome,
  online = () => true,
  patienceMs = 60 * MINUTE,
  crc = async () => 1n,
  more = {},
}: Scenario) {
  const clock = fakeClock();
  const attempts = new Map<number, number>();
  const stored: number[] = [];
  const released: number[] = [];
  const signed: number[] = [];
  let active = 0;
  let maxActive = 0;
  let goOnline = () => {};
  const controller = new AbortController();
  const jobs: PartJob[] = Array.from({ length: parts }, (_, index) => ({
    partNumber: index + 1,
    offset: index * PART,
    size: PART,
  }));
  const respond = (status: number, body = ''): PartResponse => ({
    status,
    etag: status === 200 ? '"tag"' : undefined,
    body,
    crc,
  });
  const sendPart = async ({ partNumber }: PartJob, _: string, options: PartRequestOptions) => {
    const attempt = (attempts.get(partNumber) ?? 0) + 1;
    attempts.set(partNumber, attempt);
    maxActive = Math.max(maxActive, ++active);
    try {
      const result = outcome(partNumber, attempt, clock.now());
      if (result !== 'unreachable') options.onBytes(PART / 2);
      await new Promise<void>((resolve, reject) => {
        options.signal.addEventListener('abort', () => reject(new ConnectionFailure('aborted')));
        if (result !== 'hangs') clock.after(10, resolve);
      });
      if (result === 'lost' || result === 'unreachable') throw new ConnectionFailure('cut');
      if (result === 'fails') return respond(503, '<Error><Code>SlowDown</Code></Error>');
      if (typeof result === 'number') {
        return respond(result, '<Error><Code>AccessDenied</Code></Error>');
      }
      options.onBytes(PART);
      return respond(200);
    } finally {
      active--;
    }
  };
  const urls = partUrls({
    now: clock.now,
    sign: async (partNumbers) => {
      signed.push(partNumbers.length);
      return {
        method: 'PUT',
        urlTemplate: `https://s3/?X-Amz-Expires=3600&g=${signed.length}&s={signature}&n={partNumber}`,
        partNumbers: [...partNumbers],
        signatures: partNumbers.map(String),
        expiresAt: '',
      };
    },
    outstanding: () => scheduler.outstanding(),
  });
  const meter = progressMeter(parts * PART);
  const scheduler = new PartScheduler(jobs, {
    source: {
      send: sendPart,
      release: ({ partNumber }: PartJob) => released.push(partNumber),
      ...more,
    } as unknown as PartSource,
    urls,
    meter,
    concurrency: concurrencyControl({ initial: 4, max: 4 }),
    clock,
    random: () => 0.5,
    connectivity: {
      online,
      onOnline: (callback) => {
        goOnline = callback;
        return () => {
          goOnline = () => {
            throw new Error('The listener was removed.');
          };
        };
      },
    },
    signal: controller.signal,
    stallMs: 30_000,
    patienceMs,
    onStored: async ({ job }) => {
      stored.push(job.partNumber);
    },
    onChange: () => {},
  });
  const run = {
    clock,
    scheduler,
    meter,
    stored,
    released,
    signed,
    attempts,
    controller,
    /** `sent`, or the code of the error; undefined while it runs. */
    ended: undefined as string | undefined,
    error: undefined as UploadError | undefined,
    goOnline: () => goOnline(),
    get maxActive() {
      return maxActive;
    },
    get active() {
      return active;
    },
  };
  void scheduler.run().then(
    () => {
      run.ended = 'sent';
    },
    (error: UploadError) => {
      run.ended = error.code ?? String(error);
      run.error = error;
    },
  );
  return run;
}

export const allParts = (parts: number) => Array.from({ length: parts }, (_, index) => index + 1);
