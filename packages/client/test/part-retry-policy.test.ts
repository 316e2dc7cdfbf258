import { classifyPartResponse } from '../src/classify-part-response.ts';
import type { QueuedPart } from '../src/part-queue.ts';
import { PartRetryPolicy } from '../src/part-retry-policy.ts';
import type { PartSchedulerOptions } from '../src/part-scheduler-options.ts';

const NOW = 1_000_000;
const STALL_MS = 30_000;
const lost = new Error('cut');

/** A policy whose effects on the concurrency and the URLs are recorded. */
function policy(isOnline = true) {
  const effects: string[] = [];
  const options = {
    clock: { now: () => NOW, after: () => () => undefined },
    random: () => 1,
    connectivity: { online: () => isOnline, onOnline: () => () => undefined },
    concurrency: {
      stored: () => effects.push('stored'),
      failed: (now: number) => effects.push(`failed at ${now}`),
    },
    urls: {
      refused: (partNumber: number, url: string) => effects.push(`refused ${partNumber} ${url}`),
    },
    stallMs: STALL_MS,
    patienceMs: 600_000,
  } as unknown as PartSchedulerOptions;
  const part: QueuedPart = {
    job: { partNumber: 3, offset: 0, size: 1 },
    failures: 0,
    refusals: 0,
    losses: 0,
    storedAtLoss: 0,
    notBefore: 0,
  };
  return { policy: new PartRetryPolicy(options), part, effects };
}

function errorOutcome(status: number) {
  const outcome = classifyPartResponse(
    { status, etag: undefined, body: '<Code>X</Code>', crc: async () => 0n },
    3,
  );
  if (outcome.kind === 'stored') throw new Error('Expected an error.');
  return outcome;
}

describe('After a server error a part', () => {
  it('waits twice as long each time, and lowers the concurrency', () => {
    const { policy: retries, part, effects } = policy();
    expect(retries.afterError(part, 'url', errorOutcome(503))).toBe(NOW + 100);
    expect(retries.afterError(part, 'url', errorOutcome(503))).toBe(NOW + 200);
    expect(effects).toEqual([`failed at ${NOW}`, `failed at ${NOW}`]);
    expect(retries.lastFailure).toMatchObject({ status: 503 });
  });

  it('ends the upload at the twentieth one', () => {
    const { policy: retries, part } = policy();
    part.failures = 18;
    retries.afterError(part, 'url', errorOutcome(503));
    expect(() => retries.afterError(part, 'url', errorOutcome(503))).toThrow('503');
  });
});

describe('After a refusal a part', () => {
  it('is signed again at once, and ends the upload at the third one', () => {
    const { policy: retries, part, effects } = policy();
    expect(retries.afterError(part, 'a', errorOutcome(403))).toBe(0);
    expect(retries.afterError(part, 'b', errorOutcome(403))).toBe(0);
    expect(effects).toEqual(['refused 3 a', 'refused 3 b']);
    expect(() => retries.afterError(part, 'c', errorOutcome(403))).toThrow('403');
  });

  it('that is final ends the upload at once', () => {
    const { policy: retries, part, effects } = policy();
    expect(() => retries.afterError(part, 'a', errorOutcome(400))).toThrow('400');
    expect(effects).toEqual([]);
  });
});

describe('After a lost connection a part', () => {
  it('lowers the concurrency, and is signed again after every third loss', () => {
    const { policy: retries, part, effects } = policy();
    for (let losses = 0; losses < 6; losses++) retries.afterLoss(part, 'url', lost);
    const failed = `failed at ${NOW}`;
    expect(effects).toEqual([
      ...[failed, failed, failed, 'refused 3 url'],
      ...[failed, failed, failed, 'refused 3 url'],
    ]);
  });

  it('counts a failure only if another part was stored in between, at most twenty times', () => {
    const { policy: retries, part } = policy();
    retries.afterLoss(part, 'url', lost);
    retries.afterLoss(part, 'url', lost);
    expect(part.failures).toBe(0);
    for (let failures = 1; failures < 20; failures++) {
      retries.stored();
      retries.afterLoss(part, 'url', lost);
      expect(part.failures).toBe(failures);
    }
    retries.stored();
    expect(() => retries.afterLoss(part, 'url', lost)).toThrow('Part 3: cut');
  });

  it('waits with all others and counts nothing while the machine is offline', () => {
    const { policy: retries, part } = policy(false);
    expect(retries.afterLoss(part, 'url', lost)).toBe(0);
    expect(retries.backoff.blockedUntil).toBe(NOW + 15_000);
    expect([part.losses, part.failures]).toEqual([0, 0]);
    expect(retries.lastFailure).toMatchObject({ code: 'network', partNumber: 3, cause: lost });
  });
});

describe('The time after which a part counts as stalled', () => {
  it('doubles with each stall up to ten minutes, and is halved for each stored part', () => {
    const { policy: retries, effects } = policy();
    const times: number[] = [];
    for (let stalls = 0; stalls < 6; stalls++) {
      retries.stalled();
      times.push(retries.stallMs);
    }
    expect(times).toEqual([60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
    retries.stored();
    expect(retries.stallMs).toBe(300_000);
    for (let parts = 0; parts < 9; parts++) retries.stored();
    expect(retries.stallMs).toBe(STALL_MS);
    expect(effects).toHaveLength(10);
    expect(retries.lastFailure).toBeUndefined();
  });

  it('shows that the network was reached: the patience is the whole one from then on', () => {
    let now = 0;
    const { policy: retries } = policy();
    retries.stalled();
    for (const minutes of [0, 1, 2, 3]) {
      now = minutes * 60_000;
      expect(retries.backoff.lost(now, STALL_MS, 1)).toBeDefined();
    }
  });
});
