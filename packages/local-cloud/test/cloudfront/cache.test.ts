import { readdirSync } from 'node:fs';
import { until } from '../waiting.ts';
import { ask, DISABLED, Edge } from './edge.ts';

let edge: Edge;
let url: string;
const start = async (
  behavior: object = {},
  limits: { cacheBytes?: number; cachedObjectBytes?: number } = {},
  config: object = {},
) => {
  edge = await Edge.start(limits);
  const distribution = await edge.distribution(config, behavior);
  await edge.allow(distribution.id, true);
  url = distribution.url;
};
afterEach(async () => {
  await edge.close();
  expect(edge.errors).toEqual([]);
});

const result = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  (await ask(url, path, headers, method)).headers['x-cache']?.replace(' from cloudfront', '');
const policy = (more: object, ttl: object = {}) =>
  edge
    .declare('AWS::CloudFront::CachePolicy', {
      CachePolicyConfig: {
        Name: 'policy',
        MinTTL: 0,
        DefaultTTL: 60,
        MaxTTL: 3600,
        ...ttl,
        ParametersInCacheKeyAndForwardedToOrigin: {
          CookiesConfig: { CookieBehavior: 'none' },
          HeadersConfig: { HeaderBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'none' },
          EnableAcceptEncodingGzip: false,
          ...more,
        },
      },
    })
    .then(({ ref }) => ref);
async function startWithPolicy(more: object, ttl: object = {}) {
  edge = await Edge.start();
  const CachePolicyId = await policy(more, ttl);
  const distribution = await edge.distribution({}, { CachePolicyId });
  await edge.allow(distribution.id, true);
  url = distribution.url;
}

describe('The cache', () => {
  it('serves the second viewer without the origin, with the age of the response', async () => {
    await start();
    await edge.put('a', 'hello');
    await ask(url, '/a');
    edge.clock.advance(5_000);
    const { headers, body } = await ask(url, '/a');
    expect(body).toBe('hello');
    expect(headers).toMatchObject({ 'x-cache': 'Hit from cloudfront', age: '5' });
    expect(edge.reads).toHaveLength(1);
    const [report] = edge.cloudfront.report().distributions;
    expect(report).toMatchObject({
      requests: 2,
      results: { Hit: 1, Miss: 1 },
      bytesToViewers: 10,
      bytesFromCache: 5,
      bytesFromOrigin: 5,
    });
  });

  it('serves an object that was deleted until it is stale', async () => {
    await start();
    await edge.put('a', 'hello', { CacheControl: 'max-age=60' });
    await ask(url, '/a');
    await edge.remove('a');
    expect((await ask(url, '/a')).status).toBe(200);
    edge.clock.advance(61_000);
    expect((await ask(url, '/a')).status).toBe(404);
  });

  it('revalidates a stale response, and keeps its body', async () => {
    await start();
    await edge.put('a', 'hello', { CacheControl: 'max-age=60' });
    await ask(url, '/a');
    edge.clock.advance(61_000);
    expect(await result('/a')).toBe('RefreshHit');
    expect(edge.reads.at(-1)?.headers['if-none-match']).toMatch(/^".+"$/);
    expect(await result('/a')).toBe('Hit');
    edge.clock.advance(61_000);
    await edge.put('a', 'changed', { CacheControl: 'max-age=60' });
    expect((await ask(url, '/a')).body).toBe('changed');
  });

  it('asks the origin once for viewers who come at the same time', async () => {
    await start();
    await edge.put('a', 'hello');
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(url, '/a')));
    expect(answers.map(({ body }) => body)).toEqual(Array(5).fill('hello'));
    expect(edge.reads).toHaveLength(1);
  });

  it('sends a body while the origin still sends it', async () => {
    await start();
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    edge.origin = async () => ({
      status: 200,
      headers: { 'content-length': 10, etag: '"x"' },
      body: (async function* () {
        yield Buffer.from('01234');
        await finished;
        yield Buffer.from('56789');
      })(),
    });
    expect((await ask(url, '/a', { range: 'bytes=1-3' })).body).toBe('123');
    const whole = ask(url, '/a');
    finish();
    expect((await whole).body).toBe('0123456789');
    expect(edge.reads).toHaveLength(1);
  });

  it('caches errors for ten seconds, or as configured', async () => {
    await start({}, {}, { CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 60 }] });
    await ask(url, '/a');
    await edge.put('a', 'hello');
    edge.clock.advance(59_000);
    expect((await ask(url, '/a')).status).toBe(404);
    edge.clock.advance(1_000);
    expect((await ask(url, '/a')).status).toBe(200);
  });

  it('does not cache with CachingDisabled: the origin gets range and conditions', async () => {
    await start({ CachePolicyId: DISABLED });
    await edge.put('a', 'hello');
    expect(await ask(url, '/a', { range: 'bytes=1-2' })).toMatchObject({ status: 206, body: 'el' });
    const { etag = '' } = (await ask(url, '/a')).headers;
    expect((await ask(url, '/a', { 'if-none-match': etag })).status).toBe(304);
    expect(edge.reads.map(({ headers }) => headers)).toEqual([
      { range: 'bytes=1-2' },
      {},
      { 'if-none-match': etag },
    ]);
  });

  it.each([
    ['max-age=10', { MinTTL: 30 }, 30],
    ['max-age=100', {}, 100],
    ['max-age=100, s-maxage=200', {}, 200],
    ['max-age=100000', {}, 3600],
    [undefined, {}, 60],
    ['no-store', { MinTTL: 5 }, 5],
  ])('keeps %s with %j for %d s', async (CacheControl, ttl, seconds) => {
    await startWithPolicy({}, ttl);
    await edge.put('a', 'hello', { CacheControl });
    await ask(url, '/a');
    edge.clock.advance(seconds * 1000 - 1000);
    expect(await result('/a')).toBe('Hit');
    edge.clock.advance(1000);
    expect(await result('/a')).toBe('RefreshHit');
  });

  it('does not keep no-store, no-cache and private without a minimum', async () => {
    await startWithPolicy({});
    for (const CacheControl of ['no-store', 'no-cache', 'private']) {
      await edge.put('a', CacheControl, { CacheControl });
      await ask(url, '/a');
      expect(await result('/a')).not.toBe('Hit');
    }
  });

  it('has the parts of the cache policy in its key, and no others', async () => {
    await startWithPolicy({
      CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['c'] },
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Kind'] },
      QueryStringsConfig: { QueryStringBehavior: 'allExcept', QueryStrings: ['ignored'] },
    });
    await edge.put('a', 'hello');
    const sent: [string, Record<string, string>][] = [
      ['/a', {}],
      ['/a?q=1', {}],
      ['/a?ignored=1', {}],
      ['/a', { 'x-kind': '1' }],
      ['/a', { 'x-other': '1' }],
      ['/a', { cookie: 'c=1; d=2' }],
      ['/a', { cookie: 'd=3' }],
    ];
    const results: (string | undefined)[] = [];
    for (const [path, headers] of sent) results.push(await result(path, headers));
    expect(results).toEqual(['Miss', 'Miss', 'Hit', 'Miss', 'Hit', 'Miss', 'Hit']);
  });

  it('has the normalized Accept-Encoding in its key', async () => {
    await startWithPolicy({ EnableAcceptEncodingGzip: true });
    await edge.put('a', 'hello');
    await ask(url, '/a', { 'accept-encoding': 'gzip' });
    expect(await result('/a', { 'accept-encoding': 'deflate, gzip;q=0.5' })).toBe('Hit');
    expect(await result('/a', { 'accept-encoding': 'br' })).toBe('Miss');
  });

  it('keeps distributions apart', async () => {
    await start();
    await edge.put('a', 'hello');
    await ask(url, '/a');
    const other = await edge.distribution({}, {}, 'other');
    expect((await ask(other.url, '/a')).status).toBe(403);
  });

  it('removes the responses that were used longest ago when it is full', async () => {
    await start({}, { cacheBytes: 10 });
    for (const key of ['a', 'b', 'c']) await edge.put(key, '12345');
    await ask(url, '/a');
    await ask(url, '/b');
    await ask(url, '/a');
    await ask(url, '/c');
    expect(await result('/a')).toBe('Hit');
    expect(await result('/b')).toBe('Miss');
  });

  it('does not cache objects beyond its limit', async () => {
    await start({}, { cachedObjectBytes: 4 });
    await edge.put('a', '12345');
    expect(await ask(url, '/a', { range: 'bytes=1-2' })).toMatchObject({ status: 206, body: '23' });
    expect(await result('/a')).toBe('Miss');
    expect(await result('/a')).toBe('Miss');
  });
});

describe('A viewer', () => {
  beforeEach(async () => {
    await start();
    await edge.put('a', '0123456789');
  });

  it.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=5-100', 206, '56789', 'bytes 5-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=3-2', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
  ])('gets %s as %d, first and later', async (range, status, body, contentRange) => {
    for (let time = 0; time < 2; time++) {
      const answer = await ask(url, '/a', { range });
      expect(answer).toMatchObject({ status, body });
      expect(answer.headers['content-range']).toBe(contentRange);
      expect(answer.headers['content-length']).toBe(String(body.length));
    }
    expect(edge.reads).toHaveLength(1);
  });

  it('gets 304 for what it has', async () => {
    const { headers } = await ask(url, '/a');
    const { etag = '', 'last-modified': modified = '' } = headers;
    for (const condition of [
      { 'if-none-match': etag },
      { 'if-none-match': `"other", W/${etag}` },
      { 'if-modified-since': modified },
    ]) {
      const answer = await ask(url, '/a', condition);
      expect(answer).toMatchObject({ status: 304, body: '' });
      expect(answer.headers).toMatchObject({ etag, 'x-cache': 'Hit from cloudfront' });
    }
    expect((await ask(url, '/a', { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await ask(url, '/a', { 'if-match': '"other"' })).status).toBe(412);
    const both = { 'if-none-match': '"other"', 'if-modified-since': modified };
    expect((await ask(url, '/a', both)).status).toBe(200);
  });

  it('gets a range only of the version that it has', async () => {
    const { etag = '' } = (await ask(url, '/a')).headers;
    const range = 'bytes=0-1';
    expect((await ask(url, '/a', { range, 'if-range': etag })).status).toBe(206);
    expect((await ask(url, '/a', { range, 'if-range': '"other"' })).status).toBe(200);
  });

  it('gets the headers of a GET with HEAD', async () => {
    const head = await ask(url, '/a', {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe('10');
    expect(await result('/a')).toBe('Hit');
  });
});

it('Files of the cache are removed with their responses', async () => {
  await start({}, { cacheBytes: 5 });
  for (const key of ['a', 'b', 'c']) {
    await edge.put(key, '12345');
    await ask(url, `/${key}`);
  }
  await until(() => readdirSync(edge.cacheFolder).length === 1);
});
