import { abortError, onAbort, pause, systemClock } from '../src/clock.ts';
import { UploadError } from '../src/upload-error.ts';
import { fakeClock } from './fake-clock.ts';

describe('The system clock', () => {
  const realNow = Date.now;
  afterEach(() => {
    Date.now = realNow;
  });

  it('never goes back, and continues from there', () => {
    const times = [4e12, 3.9e12, 3.9e12 + 500, 4e12];
    Date.now = () => times.shift() ?? 0;
    expect([1, 2, 3, 4].map(() => systemClock.now())).toEqual([
      4e12,
      4e12,
      4e12 + 500,
      4e12 + 1e11,
    ]);
  });

  it('calls back once, unless it is cancelled', async () => {
    const calls: string[] = [];
    await new Promise<void>((resolve) => {
      systemClock.after(1, () => calls.push('cancelled'))();
      systemClock.after(1, () => calls.push('kept'));
      systemClock.after(5, resolve);
    });
    expect(calls).toEqual(['kept']);
  });
});

describe('A pause', () => {
  it('ends after its time, and stops listening to its signal', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    let ended = false;
    const paused = pause(clock, 100, controller.signal).then(() => {
      ended = true;
    });
    await clock.pass(99);
    expect(ended).toBe(false);
    await clock.pass(1);
    await paused;
    controller.abort();
    expect(ended).toBe(true);
  });

  it('ends in `aborted` with its timer cancelled', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const paused = pause(clock, 100, controller.signal);
    controller.abort(new Error('Enough.'));
    await expect(paused).rejects.toMatchObject({ code: 'aborted' });
    expect(clock.waiting).toBe(0);
    await expect(pause(clock, 100, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
    expect(clock.waiting).toBe(0);
  });
});

describe('An aborted signal', () => {
  it('means its reason if that is an UploadError, else `aborted`', () => {
    const mine = new UploadError('cancelled');
    expect(abortError(AbortSignal.abort(mine))).toBe(mine);
    const other = new Error('other');
    expect(abortError(AbortSignal.abort(other))).toMatchObject({ code: 'aborted', cause: other });
    expect(abortError(undefined)).toMatchObject({ code: 'aborted' });
  });

  it('calls back at once if it is aborted already, and not after the listener is removed', () => {
    const calls: string[] = [];
    onAbort(AbortSignal.abort(), () => calls.push('already'));
    const controller = new AbortController();
    onAbort(controller.signal, () => calls.push('later'));
    onAbort(controller.signal, () => calls.push('removed'))();
    expect(calls).toEqual(['already']);
    controller.abort();
    expect(calls).toEqual(['already', 'later']);
    expect(onAbort(undefined, () => calls.push('never'))).not.toThrow();
  });
});
