import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { MovableClock } from '../../src/shared/clock.ts';
import { signIn } from '../../src/sign-in.ts';
import { until } from '../waiting.ts';
import { redirectUri, scope, startIdentity } from './pool.ts';

async function verified(issuer: string, token: string) {
  const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  const keys = createRemoteJWKSet(new URL(discovery.jwks_uri));
  return await jwtVerify(token, keys, { issuer, algorithms: ['RS256'] });
}

const dataDir = mkdtempSync(join(tmpdir(), 'identity-'));
const clock = new MovableClock();
let pool: Awaited<ReturnType<typeof startIdentity>>;
beforeAll(async () => {
  pool = await startIdentity(dataDir, clock);
});
afterAll(() => pool.engine.close());

const refresh = (refreshToken: string) =>
  fetch(`${pool.issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: pool.clientId,
      refresh_token: refreshToken,
    }),
  });
const userInfo = (token: string) =>
  fetch(`${pool.issuer}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } });

describe('a user pool', () => {
  it('is an issuer with discovery and ids like those of Cognito', async () => {
    expect(pool.UserPoolId).toMatch(/^us-east-1_[a-z0-9]{9}$/);
    expect(pool.clientId).toMatch(/^[a-z0-9]{26}$/);
    const response = await fetch(`${pool.issuer}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({
      issuer: pool.issuer,
      authorization_endpoint: `${pool.issuer}/oauth2/authorize`,
      token_endpoint: `${pool.issuer}/oauth2/token`,
      jwks_uri: `${pool.issuer}/.well-known/jwks.json`,
      code_challenge_methods_supported: ['S256'],
    });
    const { keys } = await (await fetch(`${pool.issuer}/.well-known/jwks.json`)).json();
    expect(keys).toHaveLength(1);
    expect(keys[0].d).toBeUndefined();
  });

  it('replaces the URLs that templates build', () => {
    const { engine, UserPoolId, issuer } = pool;
    expect(engine.localUrl(`https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`)).toBe(
      issuer,
    );
    expect(engine.localUrl('https://videos.auth.us-east-1.amazoncognito.com/login')).toBe(
      `${issuer}/login`,
    );
    expect(engine.issuerOf(UserPoolId)).toBe(issuer);
  });

  it('refuses unsupported properties by name', async () => {
    const refusal = (type: string, properties: object) =>
      pool.provide(type, properties).catch((error: unknown) => String(error));
    expect(await refusal('UserPool', { LambdaConfig: {} })).toContain('LambdaConfig');
    expect(await refusal('UserPool', { MfaConfiguration: 'ON' })).toContain('MfaConfiguration');
    const { UserPoolId } = pool;
    expect(await refusal('UserPoolClient', { UserPoolId, GenerateSecret: true })).toContain(
      'GenerateSecret',
    );
    expect(
      await refusal('UserPoolClient', { UserPoolId, AllowedOAuthScopes: ['reelgate/other'] }),
    ).toContain('reelgate/other');
  });
});

describe('signing in', () => {
  it('gives an access token in the form of Cognito', async () => {
    const tokens = await pool.enter('uploader-a', 'Right-horse-1');
    const { payload, protectedHeader } = await verified(pool.issuer, tokens.access_token);
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    expect(payload).toMatchObject({
      token_use: 'access',
      client_id: pool.clientId,
      username: 'uploader-a',
      scope: 'openid reelgate/uploads.read',
    });
    expect(payload.aud).toBeUndefined();
    expect(payload['cognito:groups']).toBeUndefined();
    expect(payload.sub).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(1800);
    expect(tokens).toMatchObject({ expires_in: 1800, token_type: 'Bearer' });
  });

  it('gives an id token for the client, with the groups that the template declares', async () => {
    const { id_token = '', access_token } = await pool.enter('moderator-a', 'Right-horse-2');
    const id = (await verified(pool.issuer, id_token)).payload;
    const access = (await verified(pool.issuer, access_token)).payload;
    expect(id).toMatchObject({
      aud: pool.clientId,
      token_use: 'id',
      'cognito:username': 'moderator-a',
      'cognito:groups': ['moderators'],
      sub: access.sub,
    });
    expect(access['cognito:groups']).toEqual(['moderators']);
  });

  it('gives each user a stable and unique subject', async () => {
    const subjects = [];
    for (const [name, password] of [
      ['uploader-a', 'Right-horse-1'],
      ['Uploader-A', 'Right-horse-1'],
      ['moderator-a', 'Right-horse-2'],
    ] as const) {
      const { access_token } = await pool.enter(name, password);
      subjects.push((await verified(pool.issuer, access_token)).payload.sub);
    }
    expect(subjects[0]).toBe(subjects[1]);
    expect(subjects[0]).not.toBe(subjects[2]);
  });

  it('without a scope grants all scopes of the client', async () => {
    const { issuer, clientId } = pool;
    const user = { username: 'uploader-a', password: 'Right-horse-1' };
    const { access_token } = await signIn({ issuer, clientId, redirectUri, ...user });
    expect((await verified(issuer, access_token)).payload.scope).toBe(scope);
  });

  it('with a wrong password is refused without naming the wrong part', async () => {
    const message = 'Incorrect username or password.';
    await expect(pool.enter('uploader-a', 'wrong')).rejects.toThrow(message);
    await expect(pool.enter('nobody', 'Right-horse-1')).rejects.toThrow(message);
    await expect(pool.enter('nobody', '')).rejects.toThrow(message);
  });

  it('with an unknown scope, client or redirect URI is refused', async () => {
    const good = ['uploader-a', 'Right-horse-1'] as const;
    await expect(pool.enter(...good, { scope: 'openid email' })).rejects.toThrow('invalid_scope');
    await expect(pool.enter(...good, { clientId: 'x' })).rejects.toThrow('invalid_client');
    await expect(pool.enter(...good, { redirectUri: 'https://evil.example/' })).rejects.toThrow(
      'redirect_uri',
    );
  });

  it('shows a page without scripts and with labels for its fields', async () => {
    const start = new URL(`${pool.issuer}/oauth2/authorize`);
    start.search = new URLSearchParams({
      response_type: 'code',
      client_id: pool.clientId,
      redirect_uri: redirectUri,
      scope,
    }).toString();
    const first = await fetch(start, { redirect: 'manual' });
    const cookie = first.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const url = new URL(first.headers.get('location') ?? '', start);
    const page = await fetch(url, { headers: { cookie } });
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toContain('<script');
    for (const field of ['username', 'password']) {
      expect(html).toContain(`<label for="${field}">`);
      expect(html).toContain(`id="${field}"`);
    }
    expect((await fetch(url)).status).toBe(400);
  });
});

describe('tokens', () => {
  it('can be refreshed until the refresh token is revoked', async () => {
    const first = await pool.enter('uploader-a', 'Right-horse-1');
    const renewed = await (await refresh(first.refresh_token ?? '')).json();
    const { payload } = await verified(pool.issuer, renewed.access_token);
    expect(payload).toMatchObject({ username: 'uploader-a', scope });
    const revoked = await fetch(`${pool.issuer}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: first.refresh_token ?? '', client_id: pool.clientId }),
    });
    expect(revoked.status).toBe(200);
    expect(await (await refresh(first.refresh_token ?? '')).json()).toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('are refreshed with the same refresh token without rotation', async () => {
    const first = await pool.enter('uploader-a', 'Right-horse-1');
    expect(await (await refresh(first.refresh_token ?? '')).json()).toMatchObject({
      refresh_token: first.refresh_token,
    });
  });

  it('give access to userInfo, unless they were changed', async () => {
    const { access_token, id_token = '' } = await pool.enter('uploader-a', 'Right-horse-1');
    const { payload } = await verified(pool.issuer, access_token);
    expect(await (await userInfo(access_token)).json()).toMatchObject({
      sub: payload.sub,
      username: 'uploader-a',
    });
    for (const bad of [`${access_token}x`, id_token, String(payload.jti)])
      expect((await userInfo(bad)).status).toBe(401);
  });

  it('are issued by the clock of the local cloud', async () => {
    const movable = new MovableClock();
    const other = await startIdentity(mkdtempSync(join(tmpdir(), 'identity-')), movable);
    movable.advance(86_400_000);
    const { access_token } = await other.enter('uploader-a', 'Right-horse-1');
    const [, body = ''] = access_token.split('.');
    const { iat } = JSON.parse(Buffer.from(body, 'base64url').toString());
    expect(Math.abs(iat * 1000 - movable.now())).toBeLessThan(5000);
    await other.engine.close();
  });
});

describe('a restart', () => {
  it('keeps issuer, keys and refresh tokens', async () => {
    const before = await pool.enter('uploader-a', 'Right-horse-1');
    const { issuer } = pool;
    await pool.engine.close();
    // fetch reuses connections to this port. When it cannot connect, it knows that those are closed.
    await until(() =>
      fetch(issuer).then(
        () => false,
        () => true,
      ),
    );
    pool = await startIdentity(dataDir, clock);
    expect(pool.issuer).toBe(issuer);
    await verified(issuer, before.access_token);
    expect((await refresh(before.refresh_token ?? '')).status).toBe(200);
  });
});

describe('signing out', () => {
  it('returns to a logout URL of the client, and to no other', async () => {
    const go = (uri: string) =>
      fetch(
        `${pool.issuer}/logout?${new URLSearchParams({ client_id: pool.clientId, logout_uri: uri })}`,
        { redirect: 'manual' },
      );
    const good = await go(redirectUri);
    expect([good.status, good.headers.get('location')]).toEqual([302, redirectUri]);
    expect((await go('https://evil.example/')).status).toBe(400);
  });
});
