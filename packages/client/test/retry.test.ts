import { backoffMs, isTransient, type RetryOptions, retry } from '../src/retry.ts';
import { UploadError } from '../src/upload-error.ts';
import { fakeClock } from './fake-clock.ts';

const MINUTE = 60_000;

describe('The backoff before another attempt', () => {
  it.each([
    [1, 1, 100],
    [2, 1, 200],
    [3, 1, 400],
    [4, 1, 800],
    [3, 0.5, 200],
    [9, 1, 25_600],
    [10, 1, 30_000],
    [1_000, 1, 30_000],
    [5, 0, 0],
  ])('after %i failures with random %d is %d ms', (failures, random, ms) => {
    expect(backoffMs(failures, random)).toBe(ms);
  });
});

describe('Errors that are retried', () => {
  it.each<[string, number | undefined, boolean]>([
    ['network', undefined, true],
    ['conflict', 409, true],
    ['completion_conflict', 409, false],
    ['idempotency_in_progress', 409, true],
    ['too_many_requests', 429, true],
    ['internal_error', 500, true],
    ['unavailable', 503, true],
    ['parts_missing', 409, false],
    ['unauthenticated', 401, false],
    ['forbidden', 403, false],
    ['invalid_response', 200, false],
    ['file_too_large', 499, false],
    ['aborted', undefined, false],
    ['file_changed', undefined, false],
  ])('%s with status %s: %s', (code, status, expected) => {
    expect(isTransient(new UploadError(code, { status, retryable: true }))).toBe(expected);
  });
});

/** Starts `retry` with a fake clock, and counts the attempts. */
function start(error: (attempt: number) => unknown, more: Partial<RetryOptions> = {}) {
  const clock = fakeClock();
  let attempts = 0;
  let ended: unknown;
  const result = retry(
    async () => {
      attempts++;
      const thrown = error(attempts);
      if (thrown) throw thrown;
      return 'done';
    },
    { clock, random: () => 1, ...more },
  );
  void result.then(
    (value) => {
      ended = value;
    },
    (thrown) => {
      ended = thrown;
    },
  );
  return {
    clock,
    get attempts() {
      return attempts;
    },
    get ended() {
      return ended;
    },
  };
}

const down = new UploadError('network');
const busy = new UploadError('unavailable', { status: 503 });

describe('Retrying', () => {
  it('waits 0.1, 0.2, 0.4, 0.8, 1.6 seconds and gives up after six attempts', async () => {
    const run = start(() => busy);
    const counts: number[] = [];
    for (const ms of [99, 1, 199, 1, 400, 800, 1_600]) {
      await run.clock.pass(ms);
      counts.push(run.attempts);
    }
    expect(counts).toEqual([1, 2, 2, 3, 4, 5, 6]);
    expect(run.ended).toBe(busy);
    expect(run.clock.waiting).toBe(0);
  });

  it('waits the time of Retry-After in addition', async () => {
    const throttled = new UploadError('too_many_requests', { status: 429, retryAfterMs: 5_000 });
    const run = start((attempt) => attempt === 1 && throttled);
    await run.clock.pass(5_099);
    expect(run.attempts).toBe(1);
    await run.clock.pass(1);
    expect([run.attempts, run.ended]).toEqual([2, 'done']);
  });

  it('waits a minute for Retry-After, and not longer', async () => {
    const wait = (retryAfterMs: number) =>
      new UploadError('daily_uploads_exceeded', { status: 429, retryAfterMs });
    const minute = start((attempt) => attempt === 1 && wait(MINUTE));
    await minute.clock.pass(MINUTE + 100);
    expect([minute.attempts, minute.ended]).toEqual([2, 'done']);
    const longer = wait(MINUTE + 1);
    const day = start(() => longer);
    await day.clock.pass(0);
    expect([day.attempts, day.ended]).toEqual([1, longer]);
  });

  it('throws every other error at once', async () => {
    for (const error of [new UploadError('file_too_large', { status: 422 }), new Error('bug')]) {
      const run = start(() => error);
      await run.clock.pass(0);
      expect([run.attempts, run.ended]).toEqual([1, error]);
    }
  });

  it('does not count attempts while the network is down for less than `patienceMs`', async () => {
    const run = start(() => down, { patienceMs: 10 * MINUTE, attempts: 2 });
    await run.clock.pass(9 * MINUTE);
    expect(run.ended).toBeUndefined();
    await run.clock.pass(3 * MINUTE);
    expect(run.ended).toBe(down);
  });

  it('does not count server errors for at most five minutes', async () => {
    const run = start(() => busy, { patienceMs: 60 * MINUTE, attempts: 1 });
    await run.clock.pass(4.5 * MINUTE);
    expect(run.ended).toBeUndefined();
    await run.clock.pass(1.5 * MINUTE);
    expect(run.ended).toBe(busy);
  });

  it('waits without a limit while the machine is offline, but not for server errors', async () => {
    const connectivity = { online: () => false, onOnline: () => () => undefined };
    const offline = start(() => down, { connectivity, attempts: 1 });
    await offline.clock.pass(24 * 60 * MINUTE);
    expect(offline.ended).toBeUndefined();
    const server = start(() => busy, { connectivity, attempts: 1 });
    await server.clock.pass(0);
    expect(server.ended).toBe(busy);
  });

  it('retries immediately when the network is available again', async () => {
    const listeners = new Set<() => void>();
    const connectivity = {
      online: () => true,
      onOnline: (callback: () => void) => {
        listeners.add(callback);
        return () => void listeners.delete(callback);
      },
    };
    const run = start((attempt) => attempt === 1 && down, { connectivity });
    await run.clock.pass(50);
    expect(run.attempts).toBe(1);
    for (const listener of listeners) listener();
    await run.clock.pass(0);
    expect([run.attempts, run.ended, listeners.size]).toEqual([2, 'done', 0]);
  });

  it('counts only a little of the time that the machine slept', async () => {
    const run = start(() => down, { patienceMs: 10 * MINUTE, attempts: 1 });
    await run.clock.pass(MINUTE);
    run.clock.sleep(24 * 60 * MINUTE);
    await run.clock.pass(MINUTE);
    expect(run.ended).toBeUndefined();
  });
});
