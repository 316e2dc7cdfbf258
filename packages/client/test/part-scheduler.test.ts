import fc from 'fast-check';
import { ConcurrencyControl } from '../src/concurrency.ts';
import { PartScheduler, type SendOptions } from '../src/part-scheduler.ts';
import {
  ConnectionFailure,
  type PartJob,
  type PartResponse,
  type PartSource,
  type SendingOptions,
} from '../src/part-source.ts';
import { PartUrls } from '../src/part-urls.ts';
import { ProgressMeter } from '../src/progress-meter.ts';
import { UploadError } from '../src/upload-error.ts';
import { fakeClock } from './fake-clock.ts';

const PART = 1_000;
const MINUTE = 60_000;

/** What S3 and the line do with a part's attempt. */
type Outcome = 'arrives' | 'fails' | 'lost' | 'unreachable' | 'hangs' | number;

interface Trial {
  readonly parts: number;
  readonly outcome: (partNumber: number, attempt: number, now: number) => Outcome;
  readonly online?: () => boolean;
  readonly patienceMs?: number;
  /** A part's checksum, once it has arrived. */
  readonly sum?: () => Promise<bigint>;
}

/** Parts that are sent over a line and a clock that the test holds. */
function trial({
  parts,
  outcome,
  online = () => true,
  patienceMs = 60 * MINUTE,
  sum = async () => 1n,
}: Trial) {
  const clock = fakeClock();
  const attempts = new Map<number, number>();
  const sent: number[] = [];
  const signed: number[] = [];
  let together = 0;
  let mostTogether = 0;
  let back = () => {};
  const stopping = new AbortController();
  const jobs: PartJob[] = Array.from({ length: parts }, (_, index) => ({
    partNumber: index + 1,
    offset: index * PART,
    size: PART,
  }));
  const answer = (status: number, body = ''): PartResponse => ({
    status,
    etag: status === 200 ? '"tag"' : undefined,
    body,
    crc: sum,
  });
  const send = async ({ partNumber }: PartJob, _url: string, options: SendingOptions) => {
    const attempt = (attempts.get(partNumber) ?? 0) + 1;
    attempts.set(partNumber, attempt);
    mostTogether = Math.max(mostTogether, ++together);
    try {
      const what = outcome(partNumber, attempt, clock.now());
      if (what !== 'unreachable') options.onBytes(PART / 2);
      await new Promise<void>((resolve, reject) => {
        options.signal.addEventListener('abort', () => reject(new ConnectionFailure('aborted')));
        if (what !== 'hangs') clock.after(10, resolve);
      });
      if (what === 'lost' || what === 'unreachable') throw new ConnectionFailure('cut');
      if (what === 'fails') return answer(503, '<Error><Code>SlowDown</Code></Error>');
      if (typeof what === 'number') return answer(what, '<Error><Code>AccessDenied</Code></Error>');
      options.onBytes(PART);
      return answer(200);
    } finally {
      together--;
    }
  };
  const urls = new PartUrls({
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
    outstanding: () => sending.outstanding(),
  });
  const options: SendOptions = {
    source: { send, release: () => {} } as unknown as PartSource,
    urls,
    meter: new ProgressMeter(parts * PART),
    concurrency: new ConcurrencyControl({ start: 4, most: 4 }),
    clock,
    random: () => 0.5,
    connectivity: {
      online,
      onOnline: (then) => {
        back = then;
        return () => {};
      },
    },
    signal: stopping.signal,
    stallMs: 30_000,
    patienceMs,
    onSent: async ({ part }) => {
      sent.push(part.partNumber);
    },
    onChange: () => {},
  };
  const sending = new PartScheduler(jobs, options);
  const ended = sending.run().then(
    () => 'sent',
    (error: { code?: string }) => error.code ?? String(error),
  );
  const state = { ended: undefined as string | undefined };
  void ended.then((how) => {
    state.ended = how;
  });
  return {
    clock,
    sending,
    sent,
    signed,
    attempts,
    stopping,
    state,
    online: () => back(),
    get mostTogether() {
      return mostTogether;
    },
  };
}

const all = (parts: number) => Array.from({ length: parts }, (_, index) => index + 1);

describe('Sending parts', () => {
  it('sends each once, as many together as may be', async () => {
    const line = trial({ parts: 10, outcome: () => 'arrives' });
    await line.clock.pass(1_000);
    expect(line.state.ended).toBe('sent');
    expect(line.sent).toEqual(all(10));
    expect([...line.attempts.values()].every((attempts) => attempts === 1)).toBe(true);
    expect(line.mostTogether).toBe(4);
    expect(line.clock.waiting).toBe(0);
  });

  it('goes on while a part is summed up, some parts ahead, and ends when all are recorded', async () => {
    let sumUp = (_sum: bigint) => {};
    const summed = new Promise<bigint>((resolve) => {
      sumUp = resolve;
    });
    const line = trial({ parts: 20, outcome: () => 'arrives', sum: () => summed });
    await line.clock.pass(MINUTE);
    expect(line.sent).toEqual([]);
    expect(line.attempts.size).toBeGreaterThan(4);
    expect(line.attempts.size).toBeLessThan(10);
    sumUp(1n);
    await line.clock.pass(MINUTE);
    expect(line.state.ended).toBe('sent');
    expect(line.sent).toEqual(all(20));
  });

  it('ends with what keeps a part from being summed up', async () => {
    const changed = async () => {
      throw new UploadError('file_changed');
    };
    const line = trial({ parts: 20, outcome: () => 'arrives', sum: changed });
    await line.clock.pass(MINUTE);
    expect(line.state.ended).toBe('file_changed');
    expect(line.sent).toEqual([]);
    expect(line.clock.waiting).toBe(0);
  });

  it('ends with every part arrived once, whatever fails for a while', async () => {
    const outcomes = fc.array(fc.constantFrom<Outcome>('arrives', 'fails', 'lost', 'hangs', 403), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(outcomes, fc.integer({ min: 1, max: 8 }), async (script, parts) => {
        let turn = 0;
        // At most two refusals a part: the third is taken for final.
        const line = trial({
          parts,
          outcome: (_, attempt) => {
            const next = script[turn++] ?? 'arrives';
            return next === 403 && attempt > 2 ? 'arrives' : next;
          },
        });
        for (let hours = 0; hours < 3 && !line.state.ended; hours++) {
          await line.clock.pass(60 * MINUTE);
        }
        // A part that fails twenty times while others arrive may be given up; nothing else ends otherwise.
        if (script.length < 20) expect(line.state.ended).toBe('sent');
        if (line.state.ended === 'sent') {
          expect([...line.sent].sort((a, b) => a - b)).toEqual(all(parts));
        }
        expect(line.state.ended).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });

  it('gives a part up that S3 fails twenty times, which takes minutes', async () => {
    const line = trial({ parts: 3, outcome: (part) => (part === 2 ? 'fails' : 'arrives') });
    await line.clock.pass(2 * MINUTE);
    expect(line.state.ended).toBeUndefined();
    await line.clock.pass(10 * MINUTE);
    expect(line.state.ended).toBe('storage_refused');
    expect(line.attempts.get(2)).toBe(20);
  });

  it('waits for a network that is down, and counts nothing of it', async () => {
    const line = trial({
      parts: 20,
      outcome: (part, _, now) => (part > 8 && now < 1_000_000 + 50 * MINUTE ? 'lost' : 'arrives'),
    });
    await line.clock.pass(49 * MINUTE);
    expect(line.state.ended).toBeUndefined();
    expect(line.sending.waitsForNetwork).toBe(true);
    await line.clock.pass(5 * MINUTE);
    expect(line.state.ended).toBe('sent');
  });

  it('loses its patience with a network that stays down', async () => {
    const line = trial({
      parts: 20,
      patienceMs: 5 * MINUTE,
      outcome: (part) => (part > 8 ? 'lost' : 'arrives'),
    });
    await line.clock.pass(4 * MINUTE);
    expect(line.state.ended).toBeUndefined();
    await line.clock.pass(3 * MINUTE);
    expect(line.state.ended).toBe('network');
  });

  it('says after a minute that not one byte ever left: then the place is wrong, not the line', async () => {
    const line = trial({ parts: 2, outcome: () => 'unreachable' });
    await line.clock.pass(30_000);
    expect(line.state.ended).toBeUndefined();
    await line.clock.pass(2 * MINUTE);
    expect(line.state.ended).toBe('network');
  });

  it('waits without end while the browser knows that it is offline, and goes on with its word', async () => {
    let online = true;
    const line = trial({
      parts: 6,
      online: () => online,
      outcome: (part) => (part > 2 && !online ? 'lost' : 'arrives'),
    });
    online = false;
    await line.clock.pass(24 * 60 * MINUTE);
    expect(line.state.ended).toBeUndefined();
    online = true;
    line.online();
    await line.clock.pass(1_000);
    expect(line.state.ended).toBe('sent');
  });

  it('breaks a part off that stands still, and sends it again', async () => {
    const line = trial({
      parts: 3,
      outcome: (part, attempt) => (part === 2 && attempt === 1 ? 'hangs' : 'arrives'),
    });
    await line.clock.pass(29_000);
    expect(line.sent).toEqual([1, 3]);
    await line.clock.pass(3_000);
    expect(line.state.ended).toBe('sent');
    expect(line.attempts.get(2)).toBe(2);
  });

  it('gives a line that stands still for long the time that it needs', async () => {
    const slow = 3 * MINUTE;
    const began = new Map<number, number>();
    const line = trial({
      parts: 1,
      outcome: (_, attempt, now) => {
        began.set(attempt, now);
        return attempt < 4 ? 'hangs' : 'arrives';
      },
    });
    await line.clock.pass(30 * MINUTE);
    expect(line.state.ended).toBe('sent');
    const waits = [2, 3, 4].map((n) => (began.get(n) ?? 0) - (began.get(n - 1) ?? 0));
    // Each time twice as long, and the random wait after it.
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(30_000 * 2 ** index);
      expect(wait).toBeLessThan(30_000 * 2 ** index + 10_000);
    }
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(slow);
  });

  it('does not lose its patience because the machine slept for a day', async () => {
    let down = true;
    const line = trial({
      parts: 6,
      patienceMs: 10 * MINUTE,
      outcome: (part) => (part > 2 && down ? 'lost' : 'arrives'),
    });
    await line.clock.pass(MINUTE);
    line.clock.sleep(24 * 60 * MINUTE);
    await line.clock.pass(MINUTE);
    expect(line.state.ended).toBeUndefined();
    down = false;
    await line.clock.pass(MINUTE);
    expect(line.state.ended).toBe('sent');
  });

  it('has parts signed again after a refusal, and takes the third one as final', async () => {
    const once = trial({ parts: 4, outcome: (_, attempt) => (attempt === 1 ? 403 : 'arrives') });
    await once.clock.pass(1_000);
    expect(once.state.ended).toBe('sent');
    // The first signing was the grant; the second one is for all four.
    expect(once.signed).toEqual([4, 4]);

    const always = trial({ parts: 2, outcome: (part) => (part === 2 ? 403 : 'arrives') });
    await always.clock.pass(1_000);
    expect(always.state.ended).toBe('storage_refused');
    expect(always.attempts.get(2)).toBe(3);
  });

  it('asks for new signatures when a part is lost again and again: a refusal can look like that', async () => {
    const line = trial({
      parts: 2,
      outcome: (part, attempt) => (part === 2 && attempt < 5 ? 'lost' : 'arrives'),
    });
    await line.clock.pass(MINUTE);
    expect(line.state.ended).toBe('sent');
    expect(line.signed).toEqual([2, 1]);
  });

  it('begins nothing while it is paused, and no part counts it as a failure', async () => {
    const line = trial({ parts: 8, outcome: () => 'arrives' });
    await line.clock.pass(15);
    for (let pauses = 0; pauses < 20; pauses++) {
      line.sending.pause();
      await line.clock.pass(MINUTE);
      const before = line.sent.length;
      await line.clock.pass(MINUTE);
      expect(line.sent.length).toBe(before);
      line.sending.resume();
      await line.clock.pass(5);
    }
    await line.clock.pass(1_000);
    expect(line.state.ended).toBe('sent');
  });

  it('ends at once when it is stopped, with nothing left waiting', async () => {
    const line = trial({ parts: 8, outcome: () => 'hangs' });
    await line.clock.pass(10);
    line.stopping.abort();
    await line.clock.pass(0);
    expect(line.state.ended).toBe('aborted');
    expect(line.clock.waiting).toBe(0);
  });
});
