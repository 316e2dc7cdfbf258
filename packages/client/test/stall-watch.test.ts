import { stallWatch } from '../src/stall-watch.ts';
import { fakeClock } from './fake-clock.ts';

function watching(ms: number) {
  const clock = fakeClock();
  let stalls = 0;
  const watch = stallWatch(clock, ms, () => {
    stalls++;
  });
  return { clock, watch, stalls: () => stalls };
}

describe('A stall watch', () => {
  it('reports once when nothing has moved for its time', async () => {
    const { clock, stalls } = watching(100);
    await clock.pass(99);
    expect(stalls()).toBe(0);
    await clock.pass(1);
    expect(stalls()).toBe(1);
    await clock.pass(1_000);
    expect([stalls(), clock.waiting]).toEqual([1, 0]);
  });

  it('counts from the last movement', async () => {
    const { clock, watch, stalls } = watching(100);
    await clock.pass(60);
    watch.moved();
    await clock.pass(99);
    expect(stalls()).toBe(0);
    await clock.pass(1);
    expect(stalls()).toBe(1);
  });

  it('reports nothing after its end', async () => {
    const { clock, watch, stalls } = watching(100);
    watch.end();
    expect(clock.waiting).toBe(0);
    await clock.pass(1_000);
    expect(stalls()).toBe(0);
  });
});
