import fc from 'fast-check';
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
import { UploadError } from '../src/upload-error.ts';
import { fakeClock } from './fake-clock.ts';

const PART = 1_000;
const MINUTE = 60_000;

/** What happens to an attempt. A number is the status of S3's response, `unreachable`: not one byte is sent. */
type Outcome = 'stored' | 'fails' | 'lost' | 'unreachable' | 'hangs' | number;

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
function send({
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

const allParts = (parts: number) => Array.from({ length: parts }, (_, index) => index + 1);

describe('The part scheduler', () => {
  it('sends each part once, as many at the same time as allowed', async () => {
    const run = send({ parts: 10, outcome: () => 'stored' });
    await run.clock.pass(1_000);
    expect(run.ended).toBe('sent');
    expect(run.stored).toEqual(allParts(10));
    expect([...run.attempts.values()].every((attempts) => attempts === 1)).toBe(true);
    expect(run.maxActive).toBe(4);
    expect(run.clock.waiting).toBe(0);
  });

  it('sends some parts ahead while checksums are computed, and ends when all parts are recorded', async () => {
    let resolveCrc = (_crc: bigint) => {};
    const crc = new Promise<bigint>((resolve) => {
      resolveCrc = resolve;
    });
    const run = send({ parts: 20, outcome: () => 'stored', crc: () => crc });
    await run.clock.pass(MINUTE);
    expect(run.stored).toEqual([]);
    expect(run.attempts.size).toBeGreaterThan(4);
    expect(run.attempts.size).toBeLessThan(10);
    resolveCrc(1n);
    await run.clock.pass(MINUTE);
    expect(run.ended).toBe('sent');
    expect(run.stored).toEqual(allParts(20));
  });

  it('ends with the error of a checksum', async () => {
    const changed = async () => {
      throw new UploadError('file_changed');
    };
    const run = send({ parts: 20, outcome: () => 'stored', crc: changed });
    await run.clock.pass(MINUTE);
    expect(run.ended).toBe('file_changed');
    expect(run.stored).toEqual([]);
    expect(run.clock.waiting).toBe(0);
  });

  it('stores every part once, whatever fails for a while', async () => {
    const outcomes = fc.array(fc.constantFrom<Outcome>('stored', 'fails', 'lost', 'hangs', 403), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(outcomes, fc.integer({ min: 1, max: 8 }), async (script, parts) => {
        let turn = 0;
        // At most two refusals of a part: the third one is final.
        const run = send({
          parts,
          outcome: (_, attempt) => {
            const next = script[turn++] ?? 'stored';
            return next === 403 && attempt > 2 ? 'stored' : next;
          },
        });
        for (let hours = 0; hours < 3 && !run.ended; hours++) {
          await run.clock.pass(60 * MINUTE);
        }
        // Only a part that fails twenty times may end the upload.
        if (script.length < 20) expect(run.ended).toBe('sent');
        if (run.ended === 'sent') {
          expect([...run.stored].sort((a, b) => a - b)).toEqual(allParts(parts));
        }
        expect(run.ended).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });

  it('gives up after twenty server errors for a part, which take minutes', async () => {
    const run = send({ parts: 3, outcome: (part) => (part === 2 ? 'fails' : 'stored') });
    await run.clock.pass(2 * MINUTE);
    expect(run.ended).toBeUndefined();
    await run.clock.pass(10 * MINUTE);
    expect(run.ended).toBe('storage_refused');
    expect(run.attempts.get(2)).toBe(20);
  });

  it('waits for a network that is down, without counting failures', async () => {
    const run = send({
      parts: 20,
      outcome: (part, _, now) => (part > 8 && now < 1_000_000 + 50 * MINUTE ? 'lost' : 'stored'),
    });
    await run.clock.pass(49 * MINUTE);
    expect(run.ended).toBeUndefined();
    expect(run.scheduler.waitsForNetwork).toBe(true);
    await run.clock.pass(5 * MINUTE);
    expect(run.ended).toBe('sent');
  });

  it('gives up when the network is down for longer than `patienceMs`', async () => {
    const run = send({
      parts: 20,
      patienceMs: 5 * MINUTE,
      outcome: (part) => (part > 8 ? 'lost' : 'stored'),
    });
    await run.clock.pass(4 * MINUTE);
    expect(run.ended).toBeUndefined();
    await run.clock.pass(3 * MINUTE);
    expect(run.ended).toBe('network');
  });

  it('gives up after a minute if not one byte was ever sent', async () => {
    const run = send({ parts: 2, outcome: () => 'unreachable' });
    await run.clock.pass(30_000);
    expect(run.ended).toBeUndefined();
    await run.clock.pass(2 * MINUTE);
    expect(run.ended).toBe('network');
  });

  it('waits without a limit while the browser is offline, and continues when it is online', async () => {
    let online = true;
    const run = send({
      parts: 6,
      online: () => online,
      outcome: (part) => (part > 2 && !online ? 'lost' : 'stored'),
    });
    online = false;
    await run.clock.pass(24 * 60 * MINUTE);
    expect(run.ended).toBeUndefined();
    online = true;
    run.goOnline();
    await run.clock.pass(1_000);
    expect(run.ended).toBe('sent');
  });

  it('aborts a part that stalls, and sends it again', async () => {
    const run = send({
      parts: 3,
      outcome: (part, attempt) => (part === 2 && attempt === 1 ? 'hangs' : 'stored'),
    });
    await run.clock.pass(29_000);
    expect(run.stored).toEqual([1, 3]);
    await run.clock.pass(3_000);
    expect(run.ended).toBe('sent');
    expect(run.attempts.get(2)).toBe(2);
  });

  it('waits twice as long for each further stall', async () => {
    const slow = 3 * MINUTE;
    const began = new Map<number, number>();
    const run = send({
      parts: 1,
      outcome: (_, attempt, now) => {
        began.set(attempt, now);
        return attempt < 4 ? 'hangs' : 'stored';
      },
    });
    await run.clock.pass(30 * MINUTE);
    expect(run.ended).toBe('sent');
    const waits = [2, 3, 4].map((n) => (began.get(n) ?? 0) - (began.get(n - 1) ?? 0));
    // Each wait is the stall time and the backoff.
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(30_000 * 2 ** index);
      expect(wait).toBeLessThan(30_000 * 2 ** index + 10_000);
    }
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(slow);
  });

  it('does not count the time that the machine slept', async () => {
    let down = true;
    const run = send({
      parts: 6,
      patienceMs: 10 * MINUTE,
      outcome: (part) => (part > 2 && down ? 'lost' : 'stored'),
    });
    await run.clock.pass(MINUTE);
    run.clock.sleep(24 * 60 * MINUTE);
    await run.clock.pass(MINUTE);
    expect(run.ended).toBeUndefined();
    down = false;
    await run.clock.pass(MINUTE);
    expect(run.ended).toBe('sent');
  });

  it('signs parts again after a refusal, and gives up after the third one', async () => {
    const once = send({ parts: 4, outcome: (_, attempt) => (attempt === 1 ? 403 : 'stored') });
    await once.clock.pass(1_000);
    expect(once.ended).toBe('sent');
    // The first call is the grant, the second one is for all four parts.
    expect(once.signed).toEqual([4, 4]);

    const always = send({ parts: 2, outcome: (part) => (part === 2 ? 403 : 'stored') });
    await always.clock.pass(1_000);
    expect(always.ended).toBe('storage_refused');
    expect(always.attempts.get(2)).toBe(3);
  });

  it('signs again after three lost connections of a part: a refusal can look like that', async () => {
    const run = send({
      parts: 2,
      outcome: (part, attempt) => (part === 2 && attempt < 5 ? 'lost' : 'stored'),
    });
    await run.clock.pass(MINUTE);
    expect(run.ended).toBe('sent');
    expect(run.signed).toEqual([2, 1]);
  });

  it('sends nothing while it is paused, and does not count a pause as a failure', async () => {
    const run = send({ parts: 8, outcome: () => 'stored' });
    await run.clock.pass(15);
    expect(run.stored).toEqual([1, 2, 3, 4]);
    for (let pauses = 0; pauses < 20; pauses++) {
      run.scheduler.pause();
      await run.clock.pass(60 * MINUTE);
      expect([run.stored.length, run.active, run.ended]).toEqual([4, 0, undefined]);
      run.scheduler.resume();
      await run.clock.pass(5);
      expect(run.active).toBe(4);
    }
    await run.clock.pass(1_000);
    expect(run.ended).toBe('sent');
    expect(run.scheduler.lastFailure).toBeUndefined();
  });

  it('does not count a part as stalled while its bytes move', async () => {
    let attempts = 0;
    const run = send({
      parts: 1,
      outcome: () => 'stored',
      more: {
        send: async (_, __, { onBytes, signal }) => {
          attempts += 1;
          for (let sent = 1; sent <= 10; sent++) {
            await new Promise<void>((resolve, reject) => {
              run.clock.after(20_000, resolve);
              signal.addEventListener('abort', () => reject(signal.reason), { once: true });
            });
            onBytes(sent * 100);
          }
          return { status: 200, etag: '"tag"', body: '', crc: async () => 1n };
        },
      },
    });
    await run.clock.pass(10 * MINUTE);
    expect(run.ended).toBe('sent');
    expect(attempts).toBe(1);
    expect(run.scheduler.lastFailure).toBeUndefined();
  });

  it('ends at once when its signal is aborted, with no timer left', async () => {
    const run = send({ parts: 8, outcome: () => 'hangs' });
    await run.clock.pass(10);
    run.controller.abort();
    await run.clock.pass(0);
    expect(run.ended).toBe('aborted');
    expect(run.clock.waiting).toBe(0);
  });

  it('ends with any other error of the source, and aborts the parts that are active', async () => {
    const run = send({
      parts: 8,
      outcome: (part) => (part === 2 ? 400 : 'hangs'),
    });
    await run.clock.pass(50);
    expect(run.ended).toBe('storage_refused');
    expect(run.error?.retryable).toBe(false);
    expect([run.active, run.clock.waiting]).toEqual([0, 0]);
    const broken = send({
      parts: 2,
      outcome: () => {
        throw new UploadError('file_unreadable');
      },
    });
    await broken.clock.pass(0);
    expect(broken.ended).toBe('file_unreadable');
  });

  it('starts nothing with a signal that is aborted already', async () => {
    const run = send({ parts: 2, outcome: () => 'stored' });
    run.controller.abort();
    await run.clock.pass(0);
    expect(run.ended).toBe('aborted');
    expect(run.stored).toEqual([]);
  });

  it('waits for the source to be ready before it gets a URL', async () => {
    const ready = Promise.withResolvers<void>();
    const run = send({ parts: 1, outcome: () => 'stored', more: { ready: () => ready.promise } });
    await run.clock.pass(MINUTE);
    expect([run.attempts.size, run.signed.length]).toEqual([0, 0]);
    ready.resolve();
    await run.clock.pass(50);
    expect(run.ended).toBe('sent');
  });

  it('releases every part that is stored, and counts its bytes', async () => {
    const run = send({ parts: 3, outcome: () => 'stored' });
    await run.clock.pass(5);
    expect(run.meter.measure(0, 'uploading')).toMatchObject({ sentBytes: 1_500, activeParts: 3 });
    await run.clock.pass(1_000);
    expect(run.released).toEqual([1, 2, 3]);
    expect(run.meter.measure(0, 'uploading')).toMatchObject({ sentBytes: 3_000, activeParts: 0 });
  });

  it('names the last failure until a part is stored again', async () => {
    const run = send({
      parts: 2,
      outcome: (_, attempt) => (attempt === 1 ? 'fails' : 'stored'),
    });
    expect(run.scheduler.lastFailure).toBeUndefined();
    await run.clock.pass(11);
    expect(run.scheduler.lastFailure).toMatchObject({ code: 'storage_refused', status: 503 });
    await run.clock.pass(1_000);
    expect(run.ended).toBe('sent');
    expect(run.scheduler.lastFailure).toBeUndefined();
    const lost = send({ parts: 1, outcome: (_, attempt) => (attempt < 3 ? 'lost' : 'stored') });
    await lost.clock.pass(11);
    expect(lost.scheduler.lastFailure).toMatchObject({
      code: 'network',
      message: 'Part 1: cut',
      partNumber: 1,
    });
  });

  it('waits for the network if the only active part is lost, or two are', async () => {
    const one = send({ parts: 2, outcome: (part) => (part === 1 ? 'lost' : 'hangs') });
    await one.clock.pass(11);
    expect(one.scheduler.waitsForNetwork).toBe(false);
    const only = send({ parts: 1, outcome: () => 'lost' });
    expect(only.scheduler.waitsForNetwork).toBe(false);
    await only.clock.pass(11);
    expect(only.scheduler.waitsForNetwork).toBe(true);
    only.scheduler.pause();
    expect(only.scheduler.waitsForNetwork).toBe(false);
  });

  it('gives up a part whose connection is lost twenty times while other parts are stored', async () => {
    const run = send({ parts: 600, outcome: (part) => (part === 1 ? 'lost' : 'stored') });
    await run.clock.pass(10_000);
    expect(run.ended).toBe('network');
    expect(run.error?.partNumber).toBe(1);
    expect(run.attempts.get(1)).toBeGreaterThanOrEqual(20);
    expect(run.stored.length).toBeLessThan(599);
  });

  it('lists the parts that are active or waiting', async () => {
    const run = send({ parts: 6, outcome: (part) => (part < 3 ? 'stored' : 'hangs') });
    expect(run.scheduler.outstanding()).toEqual([1, 2, 3, 4, 5, 6]);
    await run.clock.pass(50);
    expect(run.scheduler.outstanding()).toEqual([3, 4, 5, 6]);
  });
});
