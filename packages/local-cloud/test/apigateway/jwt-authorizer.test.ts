import { createHmac } from 'node:crypto';
import { MovableClock } from '../../src/shared/clock.ts';
import { gateway, startIssuer, type TestIssuer } from './gateway.ts';

const AUDIENCE = 'client-1';
const SCOPES = ['uploads.write', 'admin'];
const clock = new MovableClock();
let idp: TestIssuer;
let api: Awaited<ReturnType<typeof gateway>>;

beforeAll(async () => {
  idp = await startIssuer();
  api = await gateway({
    clock,
    routes: ['GET /open', { key: 'GET /scoped', properties: { AuthorizationScopes: SCOPES } }],
    authorizer: { issuer: idp.issuer, audience: [AUDIENCE] },
  });
});
afterAll(async () => {
  await api.engine.close();
  idp.close();
});

const now = () => Math.floor(clock.now() / 1000);
const good = (more = {}) => ({ sub: 'u1', aud: AUDIENCE, exp: now() + 600, ...more });
const call = (token: string, path = '/open') =>
  api.get(path, { headers: { authorization: `Bearer ${token}` } });

describe('a token', () => {
  it('is accepted, and its claims are passed to the function as strings', async () => {
    const groups = ['a', 'b'];
    const { status, json } = await call(await idp.sign(good({ n: 5, yes: true, groups })));
    expect(status).toBe(200);
    const { jwt } = json.requestContext.authorizer;
    expect(jwt.claims).toMatchObject({ sub: 'u1', n: '5', yes: 'true', groups: '[a b]' });
    expect(jwt.scopes).toBeNull();
  });

  it('may come without the scheme Bearer', async () => {
    const authorization = await idp.sign(good());
    expect((await api.get('/open', { headers: { authorization } })).status).toBe(200);
  });

  it('must have one of the route’s scopes', async () => {
    const refused = await call(await idp.sign(good({ scope: 'openid uploads.writ' })), '/scoped');
    expect(refused).toMatchObject({ status: 403, json: { message: 'Forbidden' } });
    expect(refused.headers.get('www-authenticate')).toContain('insufficient_scope');
    const { json } = await call(await idp.sign(good({ scope: 'openid uploads.write' })), '/scoped');
    expect(json.requestContext.authorizer.jwt.scopes).toEqual(['openid', 'uploads.write']);
    expect((await call(await idp.sign(good({ scp: ['admin'] })), '/scoped')).status).toBe(200);
  });

  it('may have a client_id in place of an audience', async () => {
    const { aud, ...rest } = good();
    expect((await call(await idp.sign({ ...rest, client_id: aud }))).status).toBe(200);
    expect((await call(await idp.sign({ ...rest, client_id: aud, aud: 'other' }))).status).toBe(
      401,
    );
    expect((await call(await idp.sign({ ...rest, aud: ['x', aud] }))).status).toBe(200);
    expect((await call(await idp.sign(rest))).status).toBe(401);
  });

  it.each([
    ['has expired', () => idp.sign(good({ exp: now() - 1 }))],
    ['never expires', () => idp.sign({ sub: 'u1', aud: AUDIENCE })],
    ['is not valid yet', () => idp.sign(good({ nbf: now() + 60 }))],
    ['comes from another issuer', () => idp.sign(good({ iss: 'https://evil.example/' }))],
    ['is changed after signing', async () => edited(await idp.sign(good()))],
    ['is not signed', async () => unsigned({ ...good(), iss: idp.issuer })],
    [
      'is signed with the public key as a secret',
      async () => confused({ ...good(), iss: idp.issuer }),
    ],
    [
      'is signed with a key that the issuer does not publish',
      () => idp.sign(good(), { kid: 'mine' }),
    ],
    ['is no token', async () => 'x.y.z'],
  ])('that %s is unauthorized', async (_, make) => {
    const { status, json, headers } = await call(await make());
    expect([status, json]).toEqual([401, { message: 'Unauthorized' }]);
    expect(headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
  });

  it('that is missing is unauthorized without a description', async () => {
    const { status, headers } = await api.get('/open');
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it('expires by the clock of the local cloud', async () => {
    const token = await idp.sign(good({ exp: now() + 60 }));
    expect((await call(token)).status).toBe(200);
    clock.advance(61_000);
    expect((await call(token)).status).toBe(401);
  });
});

describe('an issuer', () => {
  it('is asked for its keys once, and again for an unknown key', async () => {
    await call(await idp.sign(good()));
    const before = idp.fetches.length;
    await call(await idp.sign(good()));
    expect(idp.fetches).toHaveLength(before);
    clock.advance(60_000);
    await idp.rotate();
    expect((await call(await idp.sign(good()))).status).toBe(200);
    expect(idp.fetches.length).toBeGreaterThan(before);
  });

  it('is not asked for its keys because of a token of another issuer', async () => {
    clock.advance(3 * 3_600_000);
    const before = idp.fetches.length;
    const { status, headers } = await call(await idp.sign(good({ iss: 'https://evil.example/' })));
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain('the token has an invalid issuer');
    expect(idp.fetches).toHaveLength(before);
  });

  it('is asked once by concurrent requests', async () => {
    clock.advance(3 * 3_600_000);
    const token = await idp.sign(good());
    const before = idp.fetches.length;
    const responses = await Promise.all(Array.from({ length: 50 }, () => call(token)));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    // Discovery and keys.
    expect(idp.fetches).toHaveLength(before + 2);
  });
});

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function unsigned(claims: object): string {
  return `${base64url({ alg: 'none' })}.${base64url(claims)}.`;
}

function confused(claims: object): string {
  const head = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${head}.${createHmac('sha256', idp.publicPem).update(head).digest('base64url')}`;
}

function edited(token: string): string {
  const [head, body = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  return `${head}.${base64url({ ...claims, sub: 'somebody-else' })}.${signature}`;
}
