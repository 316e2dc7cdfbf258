import type { Progress } from '../src/progress.ts';
import { progressReporter } from '../src/progress-reporter.ts';
import { fakeClock } from './fake-clock.ts';

const progress = (state: Progress['state']): Progress => ({
  state,
  sentBytes: 0,
  totalBytes: 0,
  bytesPerSecond: 0,
  secondsLeft: undefined,
  activeParts: 0,
  resumable: false,
  lastFailure: undefined,
});

function reporting(onProgress?: (progress: Progress) => void) {
  const clock = fakeClock();
  const reported: string[] = [];
  const current = { state: 'uploading' as Progress['state'] };
  const reporter = progressReporter(
    clock,
    () => progress(current.state),
    onProgress ?? (({ state }) => reported.push(state)),
  );
  return { clock, reported, current, reporter };
}

describe('Progress reports', () => {
  it('come at most every 100 ms', async () => {
    const { clock, reported, reporter } = reporting();
    reporter.report();
    reporter.report();
    expect(reported).toHaveLength(1);
    await clock.pass(99);
    reporter.report();
    expect(reported).toHaveLength(1);
    await clock.pass(1);
    reporter.report();
    expect(reported).toHaveLength(2);
  });

  it('come at once when the state changes', () => {
    const { reported, current, reporter } = reporting();
    reporter.report();
    current.state = 'paused';
    reporter.report();
    expect(reported).toEqual(['uploading', 'paused']);
  });

  it('come every 500 ms while nothing changes, until the end', async () => {
    const { clock, reported, reporter } = reporting();
    await clock.pass(499);
    expect(reported).toEqual([]);
    await clock.pass(1_001);
    expect(reported).toHaveLength(3);
    reporter.stop();
    expect(clock.waiting).toBe(0);
  });

  it('without a listener need no timer', () => {
    const clock = fakeClock();
    const read = () => {
      throw new Error('Nobody asked.');
    };
    const reporter = progressReporter(clock, read, undefined);
    reporter.report();
    expect(clock.waiting).toBe(0);
  });
});
