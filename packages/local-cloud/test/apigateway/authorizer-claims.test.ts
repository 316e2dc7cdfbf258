import type { JWTPayload } from 'jose';
import { JwtAuthorizer, scopesOf } from '../../src/apigateway/jwt-authorizer.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import { gateway, startIssuer, type TestIssuer } from './gateway.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
let issuer: TestIssuer;
const clock = new MovableClock();
let authorizer: JwtAuthorizer;
beforeAll(async () => {
  issuer = await startIssuer();
  authorizer = new JwtAuthorizer(clock);
});
afterAll(() => issuer.close());

const now = () => Math.floor(clock.now() / 1000);
const valid = () => ({ aud: 'client-1', exp: now() + 600 });

async function check(claims: JWTPayload, scopes: readonly string[] = [], audience = ['client-1']) {
  const token = await issuer.sign(claims);
  return await authorizer.check(`Bearer ${token}`, { issuer: issuer.issuer, audience }, scopes);
}

describe('The claim', () => {
  it.each<[string, () => JWTPayload, 'allowed' | 'unauthorized']>([
    ['exp ahead', () => ({ ...valid(), exp: now() + 2 }), 'allowed'],
    ['exp of this second', () => ({ ...valid(), exp: now() }), 'unauthorized'],
    ['exp in the past', () => ({ ...valid(), exp: now() - 60 }), 'unauthorized'],
    ['exp that is absent', () => ({ aud: 'client-1' }), 'unauthorized'],
    ['exp as text', () => ({ ...valid(), exp: '9999999999' as unknown as number }), 'unauthorized'],
    ['nbf in the past', () => ({ ...valid(), nbf: now() - 1 }), 'allowed'],
    ['nbf of this second', () => ({ ...valid(), nbf: now() }), 'allowed'],
    ['nbf ahead', () => ({ ...valid(), nbf: now() + 60 }), 'unauthorized'],
    ['nbf as text', () => ({ ...valid(), nbf: '0' as unknown as number }), 'unauthorized'],
    ['iat in the past', () => ({ ...valid(), iat: now() - 1 }), 'allowed'],
    ['iat ahead', () => ({ ...valid(), iat: now() + 60 }), 'unauthorized'],
    ['iat as text', () => ({ ...valid(), iat: 'now' as unknown as number }), 'unauthorized'],
    [
      'iss with a slash less',
      () => ({ ...valid(), iss: issuer.issuer.slice(0, -1) }),
      'unauthorized',
    ],
    ['iss that is empty', () => ({ ...valid(), iss: '' }), 'unauthorized'],
    ['aud in a list', () => ({ ...valid(), aud: ['other', 'client-1'] }), 'allowed'],
    ['aud with another case', () => ({ ...valid(), aud: 'Client-1' }), 'unauthorized'],
    ['aud that contains it', () => ({ ...valid(), aud: 'client-10' }), 'unauthorized'],
    ['aud that is an empty list', () => ({ ...valid(), aud: [] }), 'unauthorized'],
    ['aud that is empty', () => ({ ...valid(), aud: '' }), 'unauthorized'],
    ['client_id without aud', () => ({ exp: now() + 600, client_id: 'client-1' }), 'allowed'],
    ['client_id of another', () => ({ exp: now() + 600, client_id: 'other' }), 'unauthorized'],
    [
      'client_id beside an empty aud',
      () => ({ ...valid(), aud: [], client_id: 'client-1' }),
      'unauthorized',
    ],
    [
      'client_id beside another aud',
      () => ({ ...valid(), aud: 'x', client_id: 'client-1' }),
      'unauthorized',
    ],
    ['azp alone', () => ({ exp: now() + 600, azp: 'client-1' }), 'unauthorized'],
  ])('%s', async (_, claims, kind) => {
    expect(await check(claims())).toMatchObject({ kind });
  });

  it('aud is one of the audiences of the authorizer', async () => {
    expect(await check(valid(), [], ['x', 'client-1'])).toMatchObject({ kind: 'allowed' });
    expect(await check(valid(), [], ['x', 'y'])).toMatchObject({ kind: 'unauthorized' });
  });

  it.each<[string, JWTPayload, 'allowed' | 'forbidden']>([
    ['scope with one of them', { scope: 'openid write' }, 'allowed'],
    ['scope with another', { scope: 'writ write.all openid' }, 'forbidden'],
    ['scope that is empty', { scope: '' }, 'forbidden'],
    ['scope that is absent', {}, 'forbidden'],
    ['scope as a list', { scope: ['openid', 'admin'] }, 'allowed'],
    ['scp as text', { scp: 'openid admin' }, 'allowed'],
    ['scp as a list', { scp: ['admin'] }, 'allowed'],
    ['scp with another', { scp: ['Admin'] }, 'forbidden'],
    ['scp beside scope', { scope: 'openid', scp: ['admin'] }, 'forbidden'],
    ['groups', { 'cognito:groups': ['admin'] }, 'forbidden'],
  ])('%s decides about the scopes of a route', async (_, claims, kind) => {
    expect(await check({ ...valid(), ...claims }, ['write', 'admin'])).toMatchObject({ kind });
  });
});

it('a wrong audience is reported before missing scopes', async () => {
  const authorization = await check({ ...valid(), aud: 'other' }, ['write']);
  expect(authorization).toMatchObject({
    kind: 'unauthorized',
    challenge: expect.stringMatching(/^Bearer scope="write" error="invalid_token"/),
  });
});

it.each<[unknown, string[]]>([
  ['a  b', ['a', 'b']],
  [
    ['a b', 'c'],
    ['a', 'b', 'c'],
  ],
  ['', []],
  [[], []],
  [undefined, []],
  [5, ['5']],
])('the scopes in %j are %j', (scope, expected) => {
  expect(scopesOf({ scope })).toEqual(expected);
});

describe('A function gets the claims', () => {
  let api: Awaited<ReturnType<typeof gateway>>;
  beforeAll(async () => {
    api = await gateway({
      clock,
      routes: ['GET /open', { key: 'GET /scoped', properties: { AuthorizationScopes: ['admin'] } }],
      authorizer: { issuer: issuer.issuer, audience: ['client-1'] },
    });
  });
  afterAll(() => api.engine.close());
  const jwtOf = async (claims: JWTPayload, path = '/open') => {
    const authorization = `Bearer ${await issuer.sign({ ...valid(), ...claims })}`;
    const { json } = await api.get(path, { headers: { authorization } });
    return json.requestContext.authorizer.jwt;
  };

  it.each<[string, unknown, string]>([
    ['a text', 'a b', 'a b'],
    ['a number', 1.5, '1.5'],
    ['a truth value', false, 'false'],
    ['null', null, 'null'],
    ['a list', ['a', 2, true], '[a 2 true]'],
    ['an empty list', [], '[]'],
    ['an object', { a: 1, b: ['c'] }, 'map[a:1 b:[c]]'],
  ])('as text: %s', async (_, value, text) => {
    expect((await jwtOf({ claim: value })).claims.claim).toBe(text);
  });

  it('and the scopes of the token only where the route has scopes', async () => {
    expect((await jwtOf({ scope: 'admin x' })).scopes).toBeNull();
    expect((await jwtOf({ scope: 'admin x' }, '/scoped')).scopes).toEqual(['admin', 'x']);
  });

  it('of nobody, when the token is missing or not understood', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      'Bearer a.b',
      'Bearer a.b.c.d',
    ]) {
      const response = await api.get('/open', { headers: { authorization } });
      expect(response).toMatchObject({ status: 401, json: { message: 'Unauthorized' } });
    }
  });
});

it('a token may come in the query', async () => {
  const api = await gateway({
    clock,
    routes: ['GET /open'],
    authorizer: {
      issuer: issuer.issuer,
      audience: ['client-1'],
      identitySource: '$request.querystring.token',
    },
  });
  const token = await issuer.sign(valid());
  expect((await api.get(`/open?token=${token}`)).status).toBe(200);
  expect((await api.get('/open?token=')).status).toBe(401);
  expect((await api.get('/open', { headers: { authorization: token } })).status).toBe(401);
  await api.engine.close();
});
