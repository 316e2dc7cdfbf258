import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { userPoolClientProperties } from '../../src/identity/properties.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import { startIdentity } from './pool.ts';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

const clock = new MovableClock();
let pool: Awaited<ReturnType<typeof startIdentity>>;

beforeAll(async () => {
  pool = await startIdentity(
    mkdtempSync(join(tmpdir(), 'identity-')),
    clock,
    {},
    {
      ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    },
  );
});
afterAll(() => pool.engine.close());

async function refresh(token: string | undefined) {
  const response = await fetch(`${pool.issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: pool.clientId,
      refresh_token: token ?? '',
    }),
  });
  return (await response.json()) as { refresh_token?: string; error?: string };
}

const signIn = () => pool.enter('uploader-a', 'Right-horse-1');

describe('refresh token rotation', () => {
  it('replaces the refresh token at every refresh', async () => {
    const first = (await signIn()).refresh_token;
    const second = (await refresh(first)).refresh_token;
    const third = (await refresh(second)).refresh_token;
    expect(new Set([first, second, third, undefined]).size).toBe(4);
  });

  it('accepts a replaced token within the grace period, which a repetition does not extend', async () => {
    const first = (await signIn()).refresh_token;
    await refresh(first);
    clock.advance(8 * SECOND_MS);
    expect((await refresh(first)).refresh_token).toBeDefined();
    clock.advance(3 * SECOND_MS);
    expect(await refresh(first)).toMatchObject({ error: 'invalid_grant' });
  });

  it('refuses a replaced token afterwards, while the token that replaced it stays valid', async () => {
    const first = (await signIn()).refresh_token;
    const second = (await refresh(first)).refresh_token;
    clock.advance(11 * SECOND_MS);
    expect(await refresh(first)).toMatchObject({ error: 'invalid_grant' });
    expect((await refresh(second)).refresh_token).toBeDefined();
  });

  it('does not extend the time until the user has to sign in again', async () => {
    const first = (await signIn()).refresh_token;
    clock.advance(20 * DAY_MS);
    const second = (await refresh(first)).refresh_token;
    clock.advance(9 * DAY_MS);
    const third = (await refresh(second)).refresh_token;
    expect(third).toBeDefined();
    clock.advance(2 * DAY_MS);
    expect(await refresh(third)).toMatchObject({ error: 'invalid_grant' });
  });

  it.each([[undefined], [['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_CUSTOM_AUTH']]])(
    'excludes the flow REFRESH_TOKEN_AUTH, which %j allows',
    (ExplicitAuthFlows) => {
      const client = {
        UserPoolId: 'us-east-1_a',
        RefreshTokenRotation: { Feature: 'ENABLED' },
        ...(ExplicitAuthFlows && { ExplicitAuthFlows }),
      };
      const { error } = userPoolClientProperties.safeParse(client);
      expect(error?.issues.map(({ path }) => path)).toEqual([['ExplicitAuthFlows']]);
    },
  );
});
