import { MINUTE, send } from './scheduler-fixture.ts';

describe('The part scheduler without a network', () => {
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
});
