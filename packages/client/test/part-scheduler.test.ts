import fc from 'fast-check';
import { UploadError } from '../src/upload-error.ts';
import { allParts, MINUTE, type Outcome, send } from './scheduler-fixture.ts';

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

  it('lists the parts that are active or waiting', async () => {
    const run = send({ parts: 6, outcome: (part) => (part < 3 ? 'stored' : 'hangs') });
    expect(run.scheduler.outstanding()).toEqual([1, 2, 3, 4, 5, 6]);
    await run.clock.pass(50);
    expect(run.scheduler.outstanding()).toEqual([3, 4, 5, 6]);
  });
});
