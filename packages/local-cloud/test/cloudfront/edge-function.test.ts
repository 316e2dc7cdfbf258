import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, Edge } from './edge.ts';

let edge: Edge;
beforeEach(async () => {
  edge = await Edge.start();
});
afterEach(async () => {
  await edge.close();
  expect(edge.errors).toEqual([]);
});

async function serve(
  request: string,
  response?: string,
  config: object = {},
  behavior: object = {},
) {
  const associated = async (EventType: string, code: string) => ({
    EventType,
    FunctionARN: await edge.function(code, EventType),
  });
  const FunctionAssociations = [
    await associated('viewer-request', request),
    ...(response === undefined ? [] : [await associated('viewer-response', response)]),
  ];
  const { id, url } = await edge.distribution(config, { FunctionAssociations, ...behavior });
  await edge.allow(id, true);
  return url;
}
const handler = (body: string) => `function handler(event) { ${body} }`;
const PASS = handler('return event.request;');

describe('A viewer-request function', () => {
  it('gets the event of the documentation', async () => {
    const url = await serve(handler('return { statusCode: 200, body: JSON.stringify(event) };'));
    const { body } = await ask(url, '/media/index.mpd?ID=42&TTL=1440', {
      accept: '*/*',
      'accept-language': ['a', 'b'],
      cookie: 'id=CookieIdValue; loggedIn=false',
    });
    const host = new URL(url).host;
    expect(JSON.parse(body)).toEqual({
      version: '1.0',
      context: {
        distributionDomainName: host,
        distributionId: edge.cloudfront.report().distributions[0]?.id,
        eventType: 'viewer-request',
        requestId: expect.any(String),
      },
      viewer: { ip: '127.0.0.1' },
      request: {
        method: 'GET',
        uri: '/media/index.mpd',
        querystring: { ID: { value: '42' }, TTL: { value: '1440' } },
        headers: {
          host: { value: host },
          accept: { value: '*/*' },
          'accept-language': { value: 'a', multiValue: [{ value: 'a' }, { value: 'b' }] },
        },
        cookies: { id: { value: 'CookieIdValue' }, loggedIn: { value: 'false' } },
      },
    });
  });

  it('changes the path before the cache, so that viewers share a response', async () => {
    const url = await serve(
      handler(
        "event.request.uri = event.request.uri.replace(/^\\/v\\/[^/]+/, ''); return event.request;",
      ),
    );
    await edge.put('videos/a', 'hello');
    expect((await ask(url, '/v/token-one/videos/a')).body).toBe('hello');
    const second = await ask(url, '/v/token-two/videos/a');
    expect(second.headers['x-cache']).toBe('Hit from cloudfront');
  });

  it('responds itself, without cache, origin, headers policy and error page', async () => {
    const { ref: ResponseHeadersPolicyId } = await edge.declare(
      'AWS::CloudFront::ResponseHeadersPolicy',
      {
        ResponseHeadersPolicyConfig: {
          Name: 'x',
          CustomHeadersConfig: { Items: [{ Header: 'x-policy', Value: 'y', Override: true }] },
        },
      },
    );
    const refusal = `return { statusCode: 403, statusDescription: 'No token',
      headers: { 'cache-control': { value: 'no-store' }, vary: { value: 'Origin' } }, body: 'no' };`;
    const CustomErrorResponses = [
      { ErrorCode: 403, ResponseCode: 200, ResponsePagePath: '/error.html' },
    ];
    const url = await serve(
      handler(refusal),
      undefined,
      { CustomErrorResponses },
      { ResponseHeadersPolicyId },
    );
    const answer = await ask(url, '/a');
    expect(answer).toMatchObject({ status: 403, message: 'No token', body: 'no' });
    expect(answer.headers).toMatchObject({
      'x-cache': 'FunctionGeneratedResponse from cloudfront',
      'cache-control': 'no-store',
      vary: 'Origin',
      'content-length': '2',
    });
    expect(answer.headers['x-policy']).toBeUndefined();
    expect(edge.reads).toEqual([]);
  });

  it('answers OPTIONS', async () => {
    const url = await serve(
      handler("return event.request.method === 'OPTIONS' ? { statusCode: 204 } : event.request;"),
      undefined,
      {},
      { AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] },
    );
    expect((await ask(url, '/a', {}, 'OPTIONS')).status).toBe(204);
  });

  it('that throws is a 503; one that returns an invalid value is a 502', async () => {
    const url = await serve(
      handler(
        "if (event.request.uri === '/throw') throw new Error('no'); return { statusCode: 'x' };",
      ),
    );
    const thrown = await ask(url, '/throw');
    expect(thrown).toMatchObject({ status: 503 });
    expect(thrown.headers['x-cache']).toBe('FunctionExecutionError from cloudfront');
    const invalid = await ask(url, '/invalid');
    expect(invalid).toMatchObject({ status: 502 });
    expect(invalid.headers['x-cache']).toBe('FunctionValidationError from cloudfront');
    const [report] = edge.cloudfront.report().functions;
    expect(report).toMatchObject({
      name: 'viewer-request',
      invocations: 2,
      errors: 1,
      validationErrors: 1,
    });
    expect(report?.totalMicros).toBeGreaterThan(0);
    const log = readFileSync(join(edge.logFolder, 'cloudfront-viewer-request.ndjson'), 'utf8');
    expect(
      log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { event: 'ERROR', errorType: 'FunctionExecutionError', message: 'Error: no' },
      { event: 'ERROR', errorType: 'FunctionValidationError' },
    ]);
  });

  it('verifies a token with a key of its key value store', async () => {
    const { attributes } = await edge.declare('AWS::CloudFront::KeyValueStore', { Name: 'keys' });
    const code = `import cf from 'cloudfront';
      const crypto = require('crypto');
      const store = cf.kvs();
      async function handler(event) {
        const request = event.request;
        const parts = request.uri.split('/');
        let key = '';
        try { key = await store.get('key'); } catch (e) { return { statusCode: 503 }; }
        const expected = crypto.createHmac('sha256', key).update(parts[2]).digest('base64url');
        if (parts[1] !== expected) return { statusCode: 403 };
        request.uri = '/' + parts.slice(2).join('/');
        return request;
      }`;
    const stores = [{ KeyValueStoreARN: attributes.Arn }];
    const FunctionARN = await edge.function(code, 'token', stores);
    const FunctionAssociations = [{ EventType: 'viewer-request', FunctionARN }];
    const { id, url } = await edge.distribution({}, { FunctionAssociations });
    await edge.allow(id);
    await edge.put('video', 'hello');
    const token = createHmac('sha256', 'secret').update('video').digest('base64url');
    expect((await ask(url, `/${token}/video`)).status).toBe(503);
    await edge.putKey(attributes.Arn ?? '', 'key', 'secret');
    expect((await ask(url, `/${token}/video`)).body).toBe('hello');
    expect((await ask(url, '/other/video')).status).toBe(403);
  });
});

describe('A viewer-response function', () => {
  it('changes status, headers and body', async () => {
    const change = `const response = event.response;
      response.headers['x-added'] = { value: event.request.uri };
      response.cookies.a = { value: '1', attributes: 'Secure' };
      return response;`;
    const url = await serve(PASS, handler(change));
    await edge.put('a', 'hello');
    const answer = await ask(url, '/a', { range: 'bytes=0-1' });
    expect(answer).toMatchObject({ status: 206, body: 'he' });
    expect(answer.headers).toMatchObject({ 'x-added': '/a', 'set-cookie': 'a=1; Secure' });
  });

  it('replaces the body', async () => {
    const url = await serve(
      PASS,
      handler(
        "return { statusCode: 200, headers: {}, body: { encoding: 'base64', data: 'bmV3' } };",
      ),
    );
    await edge.put('a', 'hello');
    expect(await ask(url, '/a')).toMatchObject({ status: 200, body: 'new' });
  });

  it('does not run for errors', async () => {
    const url = await serve(PASS, handler('return { statusCode: 200 };'));
    expect((await ask(url, '/absent')).status).toBe(404);
    expect(edge.cloudfront.report().functions[1]?.invocations).toBe(0);
  });
});

it.each([
  [
    'code that CloudFront does not have',
    { FunctionCode: handler('return event?.request;') },
    'line 1',
  ],
  ['runtime 1.0', { FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-1.0' } }, 'Runtime'],
  ['a function that is not published', { AutoPublish: false }, 'must be true'],
])('A function is refused with %s', async (_, change, message) => {
  const properties = {
    AutoPublish: true,
    FunctionCode: PASS,
    FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
    Name: 'refused',
    ...change,
  };
  await expect(edge.declare('AWS::CloudFront::Function', properties)).rejects.toThrow(message);
});
