import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovableClock } from '../../src/shared/clock.ts';
import { type Ending, exchange, requestBytes, statusesOf } from '../raw-connection.ts';
import { redirectUri, startIdentity } from './pool.ts';

let pool: Awaited<ReturnType<typeof startIdentity>>;
beforeAll(async () => {
  pool = await startIdentity(mkdtempSync(join(tmpdir(), 'identity-')), new MovableClock());
});
afterAll(() => pool.engine.close());

const discovery = '/.well-known/openid-configuration';
async function expectHealthy(): Promise<void> {
  expect((await fetch(`${pool.issuer}${discovery}`)).status).toBe(200);
}
const inPool = (path: string) => `${new URL(pool.issuer).pathname}${path}`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The path of a sign-in form and its cookie. */
async function openForm() {
  const query = { response_type: 'code', client_id: pool.clientId, redirect_uri: redirectUri };
  const start = `${pool.issuer}/oauth2/authorize?${new URLSearchParams(query)}`;
  const response = await fetch(start, { redirect: 'manual' });
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]);
  const { pathname } = new URL(response.headers.get('location') ?? '', start);
  return { path: pathname, headers: { ...FORM, cookie: cookie.join('; ') } };
}

it.each<Ending>(['half-closes', 'destroys'])(
  'the server survives a client that %s the connection while it signs in or asks for tokens',
  async (ending) => {
    const { path, headers } = await openForm();
    const body = 'username=uploader-a&password=wrong';
    for (const request of [
      requestBytes({ method: 'POST', path, headers, body }),
      requestBytes({ method: 'POST', path: inPool('/oauth2/token'), headers: FORM, body }),
    ]) {
      for (let cut = 1; cut < request.length; cut += 11) {
        const received = await exchange(pool.issuer, request.subarray(0, cut), ending);
        for (const status of statusesOf(received)) expect(status).toBe(400);
      }
    }
    await expectHealthy();
  },
);

it.each([
  '//[',
  '/%',
  '/oauth2/authorize?client_id=%',
  '//',
  '/login/x%',
  '?',
  '/logout?logout_uri=[',
])('a request for %s in a pool is refused', async (path) => {
  const bytes = requestBytes({
    method: 'GET',
    path: inPool(path),
    headers: { connection: 'close' },
  });
  const [status = 0] = statusesOf(await exchange(pool.issuer, bytes, 'waits'));
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  await expectHealthy();
});

it('a sign-in form that is too long is refused, and the connection stays usable', async () => {
  const { path, headers } = await openForm();
  const bytes = Buffer.concat([
    requestBytes({ method: 'POST', path, headers, body: `username=${'a'.repeat(2_000_000)}` }),
    requestBytes({ method: 'GET', path: inPool(discovery), headers: { connection: 'close' } }),
  ]);
  const received = await exchange(pool.issuer, bytes, 'waits');
  expect(statusesOf(received)).toEqual([400, 200]);
  expect(received).toContain('at most 8192 bytes');
});
