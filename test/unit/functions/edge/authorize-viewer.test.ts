import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { checkFunctionCode } from '@reelgate/local-cloud/function-code';
import { mintPlaybackToken } from '../../../../core/playback/playback-token.ts';
import { formatSigningKeys, type SigningKey } from '../../../../core/playback/signing-keys.ts';
import { viewerFunctionCode } from '../../../../lib/viewer-function-code.ts';

const CODE = readFileSync(
  join(import.meta.dirname, '../../../../functions/edge/authorize-viewer.js'),
  'utf8',
);
const VIDEO = '01a22d78-f021-755e-b914-cd5bd058302c';
const OTHER = '01a22d78-f021-755e-b914-cd5bd058302d';
const SECRET = Buffer.alloc(32, 7).toString('base64url');
const now = () => Math.floor(Date.now() / 1_000);
const key: SigningKey = { kid: 'k1', secret: SECRET, from: 0, until: now() + 100_000 };

interface EdgeResult {
  readonly uri?: string;
  readonly querystring?: object;
  readonly statusCode?: number;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
}
type Handler = (event: object) => Promise<EdgeResult>;

/** The file's own text, with a key value store of a map. */
function handlerWith(entries: Readonly<Record<string, string>>): Handler {
  const code = CODE.replace("import cf from 'cloudfront';", '').replace(
    '{{ALLOWED_ORIGINS}}',
    JSON.stringify(['https://app.example.com']),
  );
  const store = {
    get: async (name: string) => {
      const value = entries[name];
      if (value === undefined) throw new Error('KeyNotFound');
      return value;
    },
    exists: async (name: string) => name in entries,
  };
  const make = new Function('cf', 'require', `${code}\nreturn handler;`);
  return make({ kvs: () => store }, createRequire(import.meta.url)) as Handler;
}

function ask(
  path: string,
  { method = 'GET', keys = [key] as readonly SigningKey[], origin = '', entries = {} } = {},
) {
  const handle = handlerWith({ keys: formatSigningKeys(keys), ...entries });
  const headers = origin ? { origin: { value: origin } } : {};
  return handle({ request: { method, uri: path, querystring: { a: { value: 'b' } }, headers } });
}

const token = (over: object = {}, by = key) =>
  mintPlaybackToken({ vid: VIDEO, sub: 'viewer', exp: now() + 60, scope: 'play', ...over }, by);
const pathOf = (of: string, file = 'index.m3u8', video = VIDEO) => `/v/${of}/${video}/${file}`;

describe('The viewer function', () => {
  it('rewrites the path of a request with a valid token, so that viewers share one cache', async () => {
    const result = await ask(pathOf(token(), 'video/720p_00001.m4s'));
    expect(result).toMatchObject({ uri: `/videos/${VIDEO}/video/720p_00001.m4s`, querystring: {} });
    expect(result.statusCode).toBeUndefined();
  });

  it.each([
    ['of another video', () => pathOf(token({ vid: OTHER }))],
    ['that has expired', () => pathOf(token({ exp: now() - 1 }))],
    ['without an end', () => pathOf(token({ exp: undefined }))],
    ['signed with another secret', () => pathOf(token({}, { ...key, secret: 'x'.repeat(43) }))],
    ['of an unknown key', () => pathOf(token({}, { ...key, kid: 'k2' }))],
    [
      'whose key is called like a property of objects',
      () => pathOf(token({}, { ...key, kid: 'constructor' })),
    ],
    ['with a changed claim', () => pathOf(changed(token()))],
    ['without a signature', () => pathOf(`${token().split('.').slice(0, 2).join('.')}.x`)],
    ['with algorithm none', () => pathOf(withHeader(token(), { alg: 'none', kid: 'k1' }))],
    ['that is no JSON', () => pathOf('a.b.c')],
  ])('refuses a token %s', async (_, path) => {
    expect((await ask(path())).statusCode).toBe(403);
  });

  it.each([
    ['without a token', `/videos/${VIDEO}/index.m3u8`],
    ['of the root', '/'],
    ['with ..', () => pathOf(token(), '../index.m3u8')],
    ['with an encoded ..', () => pathOf(token(), '%2e%2e/index.m3u8')],
    ['with an encoded slash', () => pathOf(token(), `a%2fb`)],
    ['with an empty segment', () => pathOf(token(), 'a//b')],
    ['with a hidden file', () => pathOf(token(), '.index')],
    ['with another upload in it', () => pathOf(token(), 'index.m3u8', OTHER)],
    ['without a file', () => pathOf(token(), '')],
  ])('refuses a path %s', async (_, path) => {
    expect((await ask(typeof path === 'string' ? path : path())).statusCode).toBe(403);
  });

  it('refuses a video that was removed', async () => {
    expect((await ask(pathOf(token()), { entries: { [VIDEO]: 'removed' } })).statusCode).toBe(403);
  });

  it('refuses a token of a key that is dead', async () => {
    const dead = { ...key, until: now() - 1 };
    expect((await ask(pathOf(token()), { keys: [dead] })).statusCode).toBe(403);
  });

  it('refuses every request while there are no keys, instead of failing', async () => {
    const handle = handlerWith({});
    const result = await handle({ request: { method: 'GET', uri: pathOf(token()), headers: {} } });
    expect(result.statusCode).toBe(403);
  });

  it('lets a page of an allowed origin read the refusal, and no other page', async () => {
    const allowed = await ask('/x', { origin: 'https://app.example.com' });
    expect(allowed.headers).toEqual({
      vary: { value: 'Origin' },
      'access-control-allow-origin': { value: 'https://app.example.com' },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
    });
    const other = await ask('/x', { origin: 'https://evil.example' });
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('answers a preflight without a token', async () => {
    const result = await ask('/v/x', { method: 'OPTIONS', origin: 'https://app.example.com' });
    expect(result.statusCode).toBe(204);
    expect(result.headers['access-control-allow-headers']?.value).toContain('range');
  });

  it('refuses methods that write', async () => {
    const result = await ask(pathOf(token()), { method: 'PUT' });
    expect([result.statusCode, result.headers.allow?.value]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('uses nothing that CloudFront does not have', () => {
    expect(checkFunctionCode(viewerFunctionCode(['https://app.example.com']))).toEqual([]);
  });

  it('fits into the 10 KB of a CloudFront Function', () => {
    expect(Buffer.byteLength(CODE)).toBeLessThan(10_000);
  });
});

function changed(of: string): string {
  const [header, claims = '', signature] = of.split('.');
  const read = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const longer = Buffer.from(JSON.stringify({ ...read, exp: read.exp + 1_000 })).toString(
    'base64url',
  );
  return `${header}.${longer}.${signature}`;
}

function withHeader(of: string, header: object): string {
  const [, ...rest] = of.split('.');
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.');
}
