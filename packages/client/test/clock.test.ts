import { jest } from '@jest/globals';
import { abortError, onAbort, pause, systemClock } from '../src/clock.ts';
import { UploadError } from '../src/upload-error.ts';
import { fakeClock } from './fake-clock.ts';

describe('The system clock', () => {
  afterEach(() => jest.useRealTimers());

  it('never goes back, and continues from there', () => {
    jest.useFakeTimers();
    jest.setSystemTime(4_000_000_000_000);
    expect(systemClock.now()).toBe(4_000_000_000_000);
    jest.setSystemTime(3_900_000_000_000);
    expect(systemClock.now()).toBe(4_000_000_000_000);
    jest.setSystemTime(3_900_000_000_500);
    expect(systemClock.now()).toBe(4_000_000_000_500);
  });

  it('calls back once, unless it is cancelled', () => {
    jest.useFakeTimers();
    const calls: string[] = [];
    systemClock.after(10, () => calls.push('kept'));
    systemClock.after(10, () => calls.push('cancelled'))();
    jest.advanceTimersByTime(9);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(100);
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
  it('stands for its reason if that is an UploadError, else for `aborted`', () => {
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
