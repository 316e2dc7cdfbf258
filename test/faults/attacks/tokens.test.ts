import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { signIn, type Tokens } from '@reelgate/local-cloud/sign-in';
import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { ACCOUNTS } from '../../../tools/cloud/accounts.ts';
import { row } from '../rows.ts';
import { type AttackTarget, attackTarget } from './attack-target.ts';
import { holdings, records, responseText } from './state-texts.ts';

let target: AttackTarget;
let issuersKey: JWK;
let claims: JWTPayload;

beforeAll(async () => {
  target = await attackTarget();
  issuersKey = keyOfIssuer(target.cloud.data);
  const [, payload = ''] = (await target.cloud.tokenOf('uploader-a')).split('.');
  claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
});

afterAll(() => target?.close());

/** The issuer's private key: a token signed with it can be refused only for its claims. */
function keyOfIssuer(data: string): JWK {
  const database = new DatabaseSync(join(data, 'identity', 'identity.sqlite'), { readOnly: true });
  const row = database.prepare('SELECT jwk FROM keys').get();
  database.close();
  return JSON.parse(String(row?.jwk)) as JWK;
}

async function signed(
  change: Readonly<Record<string, unknown>>,
  key: JWK = issuersKey,
  header = {},
): Promise<string> {
  return new SignJWT({ ...claims, ...change })
    .setProtectedHeader({ alg: 'RS256', kid: String(issuersKey.kid), ...header })
    .sign(await importJWK(key, 'RS256'));
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function unsigned(alg: string): string {
  return `${encoded({ alg, typ: 'JWT', kid: issuersKey.kid })}.${encoded(claims)}.`;
}

/** HMAC with the text of the public key as the secret: accepted by a verifier that trusts `alg`. */
function signedWithPublicKey(): Promise<string> {
  const { kty, n, e } = issuersKey;
  const pem = createPublicKey({ key: { kty, n, e } as never, format: 'jwk' });
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: String(issuersKey.kid) })
    .sign(Buffer.from(pem.export({ type: 'spki', format: 'pem' })));
}

const attackersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  format: 'jwk',
}) as JWK;

function publicHalf({ kty, n, e }: JWK): object {
  return { kty, n, e };
}

function signedIn(scope: string): Promise<Tokens> {
  const { issuer, clientId, redirectUri } = target.cloud.hosted;
  const account = ACCOUNTS.find(({ username }) => username === 'uploader-a');
  if (!account) throw new Error('There is no account uploader-a.');
  return signIn({ issuer, clientId, redirectUri, scope, ...account });
}

async function withAnotherSubject(): Promise<string> {
  const [header, , signature] = (await target.cloud.tokenOf('uploader-a')).split('.');
  return `${header}.${encoded({ ...claims, sub: 'somebody-else' })}.${signature}`;
}

const now = () => Math.floor(Date.now() / 1000);
const inAnHour = () => ({ iat: now(), exp: now() + 3_600 });

const attempts: readonly (readonly [string, () => Promise<string | undefined>, number, string])[] =
  [
    ['no token', async () => undefined, 401, 'Bearer'],
    ['what is no token', async () => 'a.b.c', 401, 'invalid_token'],
    ['alg none and no signature', async () => unsigned('none'), 401, 'RS256'],
    ['alg nOnE and no signature', async () => unsigned('nOnE'), 401, 'RS256'],
    ['HS256 signed with the public key', () => signedWithPublicKey(), 401, 'RS256'],
    [
      'a key of the attacker’s under the issuer’s id',
      () => signed({}, attackersKey),
      401,
      'signature',
    ],
    [
      'a key that the token brings in its own header',
      () => signed({}, attackersKey, { jwk: publicHalf(attackersKey), kid: 'mine' }),
      401,
      'signing key',
    ],
    [
      'keys at an address that the token names',
      () => signed({}, attackersKey, { jku: 'http://127.0.0.1:9/keys', kid: 'mine' }),
      401,
      'signing key',
    ],
    ['another subject under a true signature', withAnotherSubject, 401, 'signature'],
    ['another issuer', () => signed({ iss: 'https://evil.example/pool' }), 401, 'issuer'],
    [
      'an issuer that only begins alike',
      () => signed({ iss: `${target.cloud.hosted.issuer}.evil.example` }),
      401,
      'issuer',
    ],
    ['another client', () => signed({ client_id: 'anotherclient' }), 401, 'audience'],
    ['another audience beside the right client', () => signed({ aud: 'another' }), 401, 'audience'],
    ['a time that is over', () => signed({ iat: now() - 7_200, exp: now() - 60 }), 401, 'expired'],
    ['no time at all', () => signed({ exp: undefined }), 401, 'exp'],
    ['a time to come', () => signed({ nbf: now() + 3_600 }), 401, 'nbf'],
    ['no scope', () => signed({ scope: undefined }), 403, 'insufficient_scope'],
    [
      'a scope that only begins alike',
      () => signed({ scope: 'reelgate/uploads.writes' }),
      403,
      'insufficient_scope',
    ],
    [
      'the id token in place of the access token',
      async () => (await signedIn(target.cloud.hosted.scopes)).id_token,
      403,
      'insufficient_scope',
    ],
    [
      'only the scope to read',
      async () => (await signedIn('openid reelgate/uploads.read')).access_token,
      403,
      'insufficient_scope',
    ],
  ];

describe('A request to create an upload', () => {
  it.each(attempts)(
    'with %s is refused as API Gateway refuses it',
    async (_, token, status, why) => {
      const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 1 };
      const response = await target.ask({ token: await token() }, 'POST', '/v1/uploads', request);
      expect(response.status).toBe(status);
      expect(response.headers.get('www-authenticate')).toContain(why);
      // The message is API Gateway's: no function has run.
      expect(response.body).toEqual({ message: status === 401 ? 'Unauthorized' : 'Forbidden' });
      row(responseText(response), await holdings(target, 'uploader-a'));
    },
  );

  it('with an id token that has the scopes is refused by the function', async () => {
    const token = await signed({ token_use: 'id', ...inAnHour() });
    const response = await target.ask({ token }, 'POST', '/v1/uploads', {
      fileName: 'film.mp4',
      contentType: 'video/mp4',
      size: 1,
    });
    expect(response).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    row(responseText(response), await holdings(target, 'uploader-a'));
  });

  it.each([
    ['empty', ''],
    ['longer than a key can be', 'x'.repeat(600)],
    ['not well-formed', 'a\ud800'],
  ])('whose subject is %s is refused', async (_, sub) => {
    const token = await signed({ sub, ...inAnHour() });
    const response = await target.ask({ token }, 'GET', '/v1/uploads');
    expect(response.status).toBe(401);
    row(responseText(response), await records(target));
  });

  it('with a path as subject gets keys that contain no character of it', async () => {
    const token = await signed({ sub: '../../videos/x', ...inAnHour() });
    const response = await target.ask({ token }, 'POST', '/v1/uploads', {
      fileName: 'film.mp4',
      contentType: 'video/mp4',
      size: 1,
    });
    expect(response.status).toBe(201);
    const { grant } = response.body as { grant: { urlTemplate: string } };
    const owner = Buffer.from('../../videos/x').toString('base64url');
    const { pathname } = new URL(grant.urlTemplate);
    expect(pathname).toContain(`/uploads/${owner}/`);
    row(
      responseText(response),
      `key ${pathname.slice(0, pathname.indexOf(owner) + owner.length)}/…`,
    );
  });

  it('leaves nothing behind when it is refused', async () => {
    expect(await target.quotaOf(await target.owner('uploader-a'))).toBeUndefined();
    const list = await target.ask('uploader-a', 'GET', '/v1/uploads');
    expect(list.body).toEqual({ uploads: [] });
    row(`${responseText(list)} ${JSON.stringify(list.body)}`, await holdings(target, 'uploader-a'));
  });
});
