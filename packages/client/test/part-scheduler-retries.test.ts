import { MINUTE, send } from './scheduler-fixture.ts';

describe('The part scheduler after a failure', () => {
  it('gives up after twenty server errors for a part, which take minutes', async () => {
    const run = send({ parts: 3, outcome: (part) => (part === 2 ? 'fails' : 'stored') });
    await run.clock.pass(2 * MINUTE);
    expect(run.ended).toBeUndefined();
    await run.clock.pass(10 * MINUTE);
    expect(run.ended).toBe('storage_refused');
    expect(run.attempts.get(2)).toBe(20);
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
});
