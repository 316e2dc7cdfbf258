import { type Control, openControl } from '../../src/faults/control.ts';
import { createFaults } from '../../src/faults/faults.ts';
import { MovableClock, systemClock } from '../../src/shared/clock.ts';

const TOKEN = 'a-token';
const DROP = { service: 'event', operation: 'Object Created', kind: 'drop' };
const clock = new MovableClock();
const controls: Control[] = [];

async function open(with_: typeof systemClock = clock) {
  const faults = createFaults({ clock: with_, rules: [], onError: () => undefined });
  const control = await openControl({ faults, clock: with_, port: 0, token: TOKEN });
  controls.push(control);
  return {
    faults,
    async call(method: string, path: string, body?: unknown, authorization = `Bearer ${TOKEN}`) {
      const response = await fetch(`${control.url}${path}`, {
        method,
        headers: { authorization },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    },
  };
}

afterAll(() => Promise.all(controls.map((control) => control.close())));

it('Rules are added one at a time or as a list, reported with their counters, and removed', async () => {
  const { call } = await open();
  const dropped = { ...DROP, to: 'all', nth: 1, times: 1, matched: 0, applied: 0 };
  expect(await call('POST', '/faults', DROP)).toEqual({
    status: 201,
    body: { rules: [{ ...dropped, id: 'fault-1' }] },
  });
  await call('POST', '/faults', [{ ...DROP, id: 'named', times: 'always' }, DROP]);
  const { body } = await call('GET', '/faults');
  expect(body.rules.map(({ id }: { id: string }) => id)).toEqual(['fault-1', 'named', 'fault-2']);
  expect(await call('DELETE', '/faults/named')).toEqual({ status: 204, body: undefined });
  expect(await call('DELETE', '/faults/named')).toMatchObject({ status: 404 });
  expect(await call('DELETE', '/faults')).toMatchObject({ status: 204 });
  expect(await call('GET', '/faults')).toEqual({ status: 200, body: { rules: [] } });
});

it('An invalid rule is refused with the reason, and no rule of its list is added', async () => {
  const { call } = await open();
  expect(await call('POST', '/faults', [DROP, { ...DROP, kind: 'explode' }])).toEqual({
    status: 400,
    body: {
      error: expect.stringMatching(/^The fault rule is not valid: kind: .*; got "explode"\.$/),
    },
  });
  expect(await call('POST', '/faults', 'no json')).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('The body is not valid JSON') },
  });
  expect((await call('GET', '/faults')).body).toEqual({ rules: [] });
});

it('The log of calls is returned and deleted', async () => {
  const { call, faults } = await open();
  faults.interception.run({ functionName: 'f', payload: '{}' });
  const { body } = await call('GET', '/calls');
  expect(body).toMatchObject({ forgotten: 0, calls: [{ service: 'function', resource: 'f' }] });
  expect(await call('DELETE', '/calls')).toMatchObject({ status: 204 });
  expect((await call('GET', '/calls')).body).toEqual({ forgotten: 0, calls: [] });
});

it('The clock moves forward, and only forward', async () => {
  const { call } = await open();
  const before = clock.now();
  const { status, body } = await call('POST', '/clock', { advanceMs: 3_600_000 });
  expect(status).toBe(200);
  expect(Date.parse(body.now)).toBeGreaterThanOrEqual(before + 3_600_000);
  expect(await call('POST', '/clock', { advanceMs: -1 })).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('got {"advanceMs":-1}') },
  });
  const fixed = await open(systemClock);
  expect(await fixed.call('POST', '/clock', { advanceMs: 1 })).toMatchObject({ status: 409 });
});

it('A request without the token is refused', async () => {
  const { call, faults } = await open();
  for (const authorization of ['', 'Bearer ', 'Bearer a-tokeN', `Basic ${TOKEN}`]) {
    expect(await call('POST', '/faults', DROP, authorization)).toMatchObject({ status: 401 });
  }
  expect(faults.rules()).toEqual([]);
});

it('An unknown operation is refused with the list of operations', async () => {
  const { call } = await open();
  expect(await call('PUT', '/faults', DROP)).toEqual({
    status: 404,
    body: { error: expect.stringContaining('Use POST, GET or DELETE /faults') },
  });
});
