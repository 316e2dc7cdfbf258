import { request } from 'node:http';
import { ConnectionCut } from '../../src/shared/connection-cut.ts';
import { until } from '../waiting.ts';
import { ask, DISABLED, Edge } from './edge.ts';

let edge: Edge;
beforeEach(async () => {
  edge = await Edge.start();
});
afterEach(async () => {
  await edge.close();
  expect(edge.errors).toEqual([]);
});

/** A distribution that may read the bucket. */
async function serve(config: object = {}, behavior: object = {}, list = true): Promise<string> {
  const { id, url } = await edge.distribution(config, behavior);
  await edge.allow(id, list);
  return url;
}

describe('A distribution', () => {
  it('serves objects of a private bucket, with the headers of CloudFront', async () => {
    const url = await serve();
    await edge.put('videos/a.txt', 'hello', {
      ContentType: 'text/plain',
      CacheControl: 'max-age=60',
      Metadata: { who: 'me' },
    });
    const answer = await ask(url, '/videos/a.txt');
    expect(answer).toMatchObject({ status: 200, body: 'hello' });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '5',
      'cache-control': 'max-age=60',
      'x-amz-meta-who': 'me',
      'accept-ranges': 'bytes',
      server: 'AmazonS3',
      'x-cache': 'Miss from cloudfront',
      via: expect.stringMatching(/^1\.1 .*\.cloudfront\.net \(CloudFront\)$/),
      'x-amz-cf-id': expect.anything(),
      'x-amz-cf-pop': expect.anything(),
    });
    expect(answer.headers.age).toBeUndefined();
  });

  it('reads the bucket as CloudFront with the ARN of the distribution, and only if the policy allows it', async () => {
    const { id, url } = await edge.distribution();
    await edge.put('a', 'hello');
    expect((await ask(url, '/a')).status).toBe(403);
    edge.clock.advance(10_000);
    await edge.allow('EOTHER');
    expect((await ask(url, '/a')).status).toBe(403);
    edge.clock.advance(10_000);
    await edge.allow(id);
    expect((await ask(url, '/a')).status).toBe(200);
    expect(edge.audit.at(-1)).toMatchObject({
      caller: 'cloudfront.amazonaws.com',
      sourceArn: `arn:aws:cloudfront::000000000000:distribution/${id}`,
      action: 's3:GetObject',
      decision: 'allowed',
    });
  });

  it('answers 404 for a missing object if it may list the bucket, and 403 otherwise', async () => {
    expect((await ask(await serve(), '/absent')).status).toBe(404);
    edge.clock.advance(10_000);
    const answer = await ask(await serve({}, {}, false), '/absent');
    expect(answer).toMatchObject({ status: 403, headers: { 'x-cache': 'Error from cloudfront' } });
    expect(answer.body).toContain('<Code>AccessDenied</Code>');
  });

  it('keeps its port after a restart', async () => {
    const url = await serve();
    await edge.restart();
    expect(await serve()).toBe(url);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('refuses %s with 403', async (method) => {
    expect((await ask(await serve(), '/a', {}, method)).status).toBe(403);
  });

  it('refuses a GET request with a body, and a URL of more than 8 KB', async () => {
    const url = await serve();
    expect((await ask(url, `/${'a'.repeat(8192)}`)).status).toBe(414);
    const { port } = new URL(url);
    const status = await new Promise((resolve) => {
      const sent = request(
        { port, method: 'GET', headers: { 'content-length': 1 } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.end('x');
    });
    expect(status).toBe(403);
  });

  it('refuses the name of another host', async () => {
    expect((await ask(await serve(), '/a', { host: 'evil.example' })).status).toBe(421);
  });

  it('decodes the path as S3 does, and serves the default root object', async () => {
    const url = await serve({ DefaultRootObject: 'index.html' });
    await edge.put('a b/ü', 'spaces');
    await edge.put('index.html', 'root');
    expect((await ask(url, '/a%20b/%C3%BC')).body).toBe('spaces');
    expect((await ask(url, '/')).body).toBe('root');
    expect((await ask(url, '/a%20b/../index.html')).status).toBe(404);
  });

  it('selects a behavior by the first pattern that matches the normalized path', async () => {
    const url = await serve({
      CacheBehaviors: [
        { ...edge.behavior({ CachePolicyId: DISABLED }), PathPattern: 'videos/*.m3u8' },
      ],
    });
    await edge.put('videos/a.m3u8', 'list');
    await edge.put('videos/a.ts', 'segment');
    for (const path of ['/videos/a.m3u8', '/videos/a.ts', '/videos/a.%6D3u8']) {
      await ask(url, path);
      const again = await ask(url, path);
      const expected = path.endsWith('ts') ? 'Hit' : 'Miss';
      expect([path, again.headers['x-cache']]).toEqual([path, `${expected} from cloudfront`]);
    }
  });

  it('replaces errors by a page of the bucket', async () => {
    const page = { ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/error.html' };
    const url = await serve({ CustomErrorResponses: [page] });
    await edge.put('error.html', 'nothing here', { ContentType: 'text/html' });
    expect(await ask(url, '/absent')).toMatchObject({
      status: 200,
      body: 'nothing here',
      headers: { 'x-cache': 'Error from cloudfront', 'content-type': 'text/html' },
    });
  });

  it('answers 502 if the connection to the origin is cut, and ends a response that the origin does not end', async () => {
    const url = await serve();
    edge.origin = async () => {
      throw new ConnectionCut('reset');
    };
    expect((await ask(url, '/a')).status).toBe(502);
    edge.origin = async () => ({
      status: 200,
      headers: { 'content-length': 10 },
      body: (async function* () {
        yield Buffer.from('half');
      })(),
    });
    await expect(ask(url, '/b')).rejects.toThrow();
    await until(() => edge.errors.length === 2);
    edge.errors.length = 0;
  });

  it.each([
    [
      'an origin that is no bucket',
      { Origins: [{ Id: 'bucket', DomainName: 'x.example', S3OriginConfig: {} }] },
    ],
    [
      'an unknown policy',
      {
        DefaultCacheBehavior: {
          TargetOriginId: 'bucket',
          ViewerProtocolPolicy: 'allow-all',
          CachePolicyId: 'x',
        },
      },
    ],
    [
      'an unknown origin',
      {
        DefaultCacheBehavior: {
          TargetOriginId: 'y',
          ViewerProtocolPolicy: 'allow-all',
          CachePolicyId: DISABLED,
        },
      },
    ],
    [
      'all methods',
      {
        DefaultCacheBehavior: {
          TargetOriginId: 'bucket',
          ViewerProtocolPolicy: 'allow-all',
          CachePolicyId: DISABLED,
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
        },
      },
    ],
    ['origin groups', { OriginGroups: { Quantity: 0 } }],
    [
      'trusted keys',
      {
        DefaultCacheBehavior: {
          TargetOriginId: 'bucket',
          ViewerProtocolPolicy: 'allow-all',
          CachePolicyId: DISABLED,
          TrustedKeyGroups: [],
        },
      },
    ],
  ])('is refused with %s', async (_, config) => {
    await expect(edge.distribution(config)).rejects.toThrow();
  });

  it('accepts names, certificate, WAF and logs without effect', async () => {
    const url = await serve({
      Aliases: ['media.example.com'],
      ViewerCertificate: { AcmCertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/x' },
      WebACLId: 'arn:aws:wafv2:us-east-1:000000000000:global/webacl/x/y',
      Logging: { Bucket: 'logs.s3.amazonaws.com' },
      HttpVersion: 'http2and3',
      PriceClass: 'PriceClass_100',
      IPV6Enabled: true,
    });
    await edge.put('a', 'hello');
    expect((await ask(url, '/a')).status).toBe(200);
  });
});
