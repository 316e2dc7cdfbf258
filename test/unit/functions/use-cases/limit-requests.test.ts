import { requestLimits } from '../../../../functions/use-cases/limit-requests.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { NOW } from '../../../kit/ports/upload-fixture.ts';

const MINUTE_MS = 60_000;
const owner = { owner: 'YQ' };
const byCapability = { ...owner, capability: 'CAPABILITY#hash' };

/** Instances of a function with a table in common. */
function instances(count: number, requestsPerMinute: number, companionRequestsPerMinute = 1_000) {
  const { ports, calls, table } = inMemoryPorts();
  const budgets = { requestsPerMinute, companionRequestsPerMinute };
  const limits = Array.from({ length: count }, () => requestLimits(ports.requestCounts, budgets));
  return { calls, table, limits };
}

type Limit = ReturnType<typeof requestLimits>;

async function passed(limit: Limit | undefined, times: number, caller: object = owner, now = NOW) {
  let count = 0;
  for (let i = 0; i < times; i += 1) {
    const { outcome } = (await limit?.(caller as typeof owner, now)) ?? {};
    if (outcome === 'counted') count += 1;
  }
  return count;
}

describe('The requests of an owner', () => {
  it('are allowed up to the budget, and refused until the minute ends', async () => {
    const { limits } = instances(1, 5);
    expect(await passed(limits[0], 8)).toBe(5);
    expect(await limits[0]?.(owner, NOW)).toEqual({
      outcome: 'refused',
      code: 'too_many_requests',
      detail:
        'At most 5 requests a minute by one user are allowed; the next minute begins in 53 s.',
      retryAfterSeconds: 53,
    });
    expect(await passed(limits[0], 8, owner, NOW + MINUTE_MS)).toBe(5);
  });

  it('are counted for each owner alone', async () => {
    const { limits } = instances(1, 5);
    await passed(limits[0], 6);
    expect(await passed(limits[0], 6, { owner: 'Yg' })).toBe(5);
  });

  it('cost no write while they are few, and one for every tenth', async () => {
    const { limits, calls } = instances(1, 300);
    expect(await passed(limits[0], 9)).toBe(9);
    expect(calls.made).toEqual([]);
    expect(await passed(limits[0], 21)).toBe(21);
    expect(calls.made).toHaveLength(3);
  });

  it('cost no write while they are refused', async () => {
    const { limits, calls } = instances(1, 5);
    await passed(limits[0], 6);
    const written = calls.made.length;
    expect(await passed(limits[0], 100)).toBe(0);
    expect(calls.made).toHaveLength(written);
  });

  it('exceed the budget by at most nine for each instance', async () => {
    const { limits } = instances(20, 300);
    let total = 0;
    for (const limit of limits) total += await passed(limit, 100);
    expect(total).toBeGreaterThanOrEqual(300);
    expect(total).toBeLessThanOrEqual(300 + 9 * 20);
  });

  it('are none where none are allowed, without a write', async () => {
    const { limits, calls } = instances(1, 0);
    expect(await passed(limits[0], 3)).toBe(0);
    expect(calls.made).toEqual([]);
  });
});

describe('The requests with a capability', () => {
  it('have a limit of their own, and count as those of its owner', async () => {
    const { limits, table } = instances(1, 10, 4);
    expect(await passed(limits[0], 6, byCapability)).toBe(4);
    expect(await limits[0]?.(byCapability, NOW)).toMatchObject({
      detail: expect.stringContaining('At most 4 requests a minute with one Companion session'),
    });
    // What was refused to the capability is left to its owner.
    expect(await passed(limits[0], 20)).toBe(6);
    expect(Object.fromEntries(table.requests)).toEqual({
      'CAPABILITY#hash 2026-03-04T05:06': 4,
      'OWNER#YQ 2026-03-04T05:06': 10,
    });
  });

  it('are refused where the owner has made too many', async () => {
    const { limits } = instances(1, 5, 100);
    await passed(limits[0], 5);
    expect(await limits[0]?.(byCapability, NOW)).toMatchObject({ code: 'too_many_requests' });
  });
});
