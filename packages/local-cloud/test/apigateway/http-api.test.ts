import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newApi, requireRoutes } from '../../src/apigateway/hosted-api.ts';
import type { RouteProperties } from '../../src/apigateway/properties.ts';
import { AwsError } from '../../src/shared/aws-error.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import { until } from '../waiting.ts';
import { FUNCTION_ARN, type GatewayOptions, gateway } from './gateway.ts';

const open: Awaited<ReturnType<typeof gateway>>[] = [];
async function api(options: GatewayOptions) {
  const made = await gateway(options);
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const { engine } of open.splice(0)) await engine.close();
});

describe('a request', () => {
  it('reaches the function as an event of payload format 2.0', async () => {
    const { get, apiId } = await api({ routes: ['POST /v1/{owner}/uploads'] });
    const { json } = await get('/v1/a%20b/uploads?a=1&a=2&b=x%2By', {
      method: 'POST',
      headers: { 'X-Two': 'one', cookie: 'c=1; d=2', 'content-type': 'application/json' },
      body: '{"ü":1}',
    });
    expect(json).toMatchObject({
      version: '2.0',
      routeKey: 'POST /v1/{owner}/uploads',
      rawPath: '/v1/a b/uploads',
      rawQueryString: 'a=1&a=2&b=x%2By',
      queryStringParameters: { a: '1,2', b: 'x+y' },
      cookies: ['c=1', 'd=2'],
      headers: { 'x-two': 'one', 'content-length': '8', 'x-forwarded-proto': 'http' },
      pathParameters: { owner: 'a b' },
      body: '{"ü":1}',
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId,
        stage: '$default',
        routeKey: 'POST /v1/{owner}/uploads',
        http: {
          method: 'POST',
          path: '/v1/a b/uploads',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
        },
      },
    });
    expect(json.headers.cookie).toBeUndefined();
    expect(json.requestContext.authorizer).toBeUndefined();
    expect(json.requestContext.time).toMatch(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(Math.abs(json.requestContext.timeEpoch - Date.now())).toBeLessThan(5000);
  });

  it('has binary bodies as base64, and no member for an empty body', async () => {
    const { get } = await api({ routes: ['ANY /x'] });
    const body = Buffer.from([0, 255, 1]);
    const sent = await get('/x', {
      method: 'PUT',
      body,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(sent.json).toMatchObject({ isBase64Encoded: true, body: body.toString('base64') });
    const { json } = await get('/x');
    expect(json.isBase64Encoded).toBe(false);
    expect('body' in json).toBe(false);
    expect('queryStringParameters' in json).toBe(false);
    expect('pathParameters' in json).toBe(false);
  });

  it('calls the function as the API Gateway service, with the ARN of the matched route', async () => {
    const { get, calls, apiId } = await api({ routes: ['GET /v1/uploads/{id}', '$default'] });
    await get('/v1/uploads/7');
    await get('/else');
    const source = (route: string) => ({
      kind: 'service',
      service: 'apigateway.amazonaws.com',
      sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/${route}`,
    });
    expect(calls.map(({ caller }) => caller)).toEqual([
      source('GET/v1/uploads/{id}'),
      source('$default'),
    ]);
    expect(calls[0]?.functionArn).toBe(FUNCTION_ARN);
  });

  it('to a path without a route is not found', async () => {
    const { get, calls } = await api({ routes: ['GET /a'] });
    const response = await get('/b');
    expect(response).toMatchObject({ status: 404, json: { message: 'Not Found' } });
    expect(response.headers.get('apigw-requestid')).toBeTruthy();
    expect((await get('/a', { method: 'POST' })).status).toBe(404);
    expect(calls).toHaveLength(0);
  });

  it('over 10 MB is refused without a call of the function', async () => {
    const { get, calls } = await api({ routes: ['POST /a'], response: () => 1 });
    const post = (bytes: number) => get('/a', { method: 'POST', body: Buffer.alloc(bytes) });
    expect((await post(10_485_760)).status).toBe(200);
    expect(await post(10_485_761)).toMatchObject({
      status: 413,
      json: { message: 'Request Entity Too Large' },
    });
    expect(calls).toHaveLength(1);
  });

  it('with invalid percent-encoding is a bad request', async () => {
    const { get } = await api({ routes: ['$default'] });
    expect((await get('/%E0%A4%A')).status).toBe(400);
  });
});

describe('a response', () => {
  const responding = async (response: unknown) =>
    (await api({ routes: ['GET /'], response: () => response })).get('/');

  it('has the status, headers, cookies and body of the function', async () => {
    const { status, headers, text } = await responding({
      statusCode: 201,
      headers: { 'X-Made': 'yes', 'Content-Type': 'application/problem+json' },
      cookies: ['a=1', 'b=2'],
      body: '{}',
    });
    expect([status, headers.get('x-made'), text]).toEqual([201, 'yes', '{}']);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('is decoded if the function sets isBase64Encoded', async () => {
    const body = Buffer.from('é').toString('base64');
    expect((await responding({ statusCode: 200, body, isBase64Encoded: true })).text).toBe('é');
  });

  it('without a status is a 200 with the function’s JSON as body', async () => {
    const { status, headers, json } = await responding({ any: ['thing'] });
    expect([status, headers.get('content-type'), json]).toEqual([
      200,
      'application/json',
      { any: ['thing'] },
    ]);
    expect((await responding('words')).text).toBe('words');
  });

  it('that is not valid is a 500', async () => {
    expect(await responding({ statusCode: 'later' })).toMatchObject({
      status: 500,
      json: { message: 'Internal Server Error' },
    });
    expect((await responding({ statusCode: 200, body: { not: 'text' } })).status).toBe(500);
  });

  it('is a 500 if the function failed or may not be called, and a 503 if it is throttled', async () => {
    const failing = (error: AwsError) =>
      api({
        routes: ['GET /'],
        response: () => {
          throw error;
        },
      }).then(({ get }) => get('/'));
    expect((await failing(new AwsError('AccessDenied', 'no', 403))).json).toEqual({
      message: 'Internal Server Error',
    });
    expect(await failing(new AwsError('TooManyRequestsException', 'busy', 429))).toMatchObject({
      status: 503,
      json: { message: 'Service Unavailable' },
    });
  });

  it('is a 503 if the function takes longer than the timeout of the integration', async () => {
    const clock = new MovableClock();
    const { get, calls } = await api({
      clock,
      routes: ['GET /'],
      timeoutMs: 29_000,
      response: () => new Promise(() => undefined),
    });
    const response = get('/');
    await until(() => calls.length === 1);
    clock.advance(29_000);
    expect(await response).toMatchObject({
      status: 503,
      json: { message: 'Service Unavailable' },
    });
  });
});

describe('CORS', () => {
  const CorsConfiguration = {
    AllowOrigins: ['https://app.example'],
    AllowMethods: ['POST', 'GET'],
    AllowHeaders: ['authorization'],
    ExposeHeaders: ['etag'],
    MaxAge: 600,
  };
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

  it('responds to a preflight without a route', async () => {
    const { get, calls } = await api({ routes: ['POST /a'], api: { CorsConfiguration } });
    const { status, headers } = await get('/a', preflight('https://app.example'));
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(headers.get('access-control-allow-methods')).toBe('POST,GET');
    expect(headers.get('access-control-allow-headers')).toBe('authorization');
    expect(headers.get('access-control-max-age')).toBe('600');
    expect(calls).toHaveLength(0);
  });

  it('sends no CORS headers to another origin', async () => {
    const { get } = await api({ routes: ['POST /a'], api: { CorsConfiguration } });
    const { headers } = await get('/a', preflight('https://evil.example'));
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('replaces the CORS headers of the function, also on errors', async () => {
    const { get } = await api({
      routes: ['GET /a'],
      api: { CorsConfiguration },
      response: () => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' } }),
    });
    const headers = { origin: 'https://app.example' };
    for (const path of ['/a', '/absent']) {
      const response = await get(path, { headers });
      expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(response.headers.get('access-control-expose-headers')).toBe('etag');
    }
  });
});

describe('a stage', () => {
  it('allows only the requests within its throttling limits, which refill with time', async () => {
    const clock = new MovableClock();
    const DefaultRouteSettings = { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 };
    const { get } = await api({
      clock,
      routes: ['GET /a'],
      response: () => 1,
      stage: { DefaultRouteSettings },
    });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await get('/a')).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await get('/a')).json).toEqual({ message: 'Too Many Requests' });
    clock.advance(1_000_000);
    expect((await get('/a')).status).toBe(200);
  });

  it('has limits of its own for a route with settings, which other routes do not notice', async () => {
    const { get } = await api({
      clock: new MovableClock(),
      routes: ['GET /a', 'GET /open/{id}'],
      response: () => 1,
      stage: {
        DefaultRouteSettings: { ThrottlingBurstLimit: 3, ThrottlingRateLimit: 1 },
        RouteSettings: { 'GET /open/{id}': { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 } },
      },
    });
    const statuses = async (path: string, times: number) => {
      const found = [];
      for (let n = 0; n < times; n += 1) found.push((await get(path)).status);
      return found;
    };
    expect(await statuses('/open/1', 5)).toEqual([200, 429, 429, 429, 429]);
    expect(await statuses('/a', 4)).toEqual([200, 200, 200, 429]);
  });

  it('has no settings for a route that does not exist', () => {
    const hosted = newApi('api', { Name: 'test', ProtocolType: 'HTTP' }, 'http://127.0.0.1');
    hosted.routes.add('GET /a', {} as RouteProperties);
    expect(() => requireRoutes(hosted, ['GET /a'])).not.toThrow();
    expect(() => requireRoutes(hosted, ['GET /a', 'GET /b'])).toThrow(
      'The API api has no route GET /b.',
    );
  });

  it('writes an access log in its format', async () => {
    const { get, dataDir, apiId } = await api({
      routes: ['GET /a/{id}'],
      response: () => ({ statusCode: 418, body: 'tea' }),
      stage: {
        AccessLogSettings: {
          DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:x',
          Format:
            '{"route":"$context.routeKey","path":"$context.path","status":"$context.status","length":"$context.responseLength","agent":"$context.identity.userAgent","error":"$context.authorizer.error"}',
        },
      },
    });
    await get('/a/1', { headers: { 'user-agent': 'quo"ted' } });
    const log = readFileSync(join(dataDir, 'logs', `api-${apiId}-default.access.log`), 'utf8');
    expect(JSON.parse(log)).toEqual({
      route: 'GET /a/{id}',
      path: '/a/1',
      status: '418',
      length: '3',
      agent: 'quo"ted',
      error: '-',
    });
  });

  it('with a name is the first segment of the path', async () => {
    const { get, provide, apiId } = await api({ routes: ['GET /a'] });
    await provide('Stage', 'Beta', { ApiId: apiId, StageName: 'beta' });
    const { json } = await get('/beta/a');
    expect(json).toMatchObject({ rawPath: '/beta/a', routeKey: 'GET /a' });
    expect(json.requestContext.stage).toBe('beta');
  });
});

describe('the URL of an API', () => {
  it('replaces the host name that templates build', async () => {
    const { engine, apiId, url } = await api({ routes: [] });
    const named = `https://${apiId}.execute-api.us-east-1.amazonaws.com`;
    expect(engine.localUrl(`x ${named}/ y`)).toBe(`x ${url}/ y`);
    expect(engine.localUrl('https://other.execute-api.us-east-1.amazonaws.com/')).toContain(
      'other',
    );
  });

  it('is the same after a restart', async () => {
    const first = await gateway({ routes: [] });
    await first.engine.close();
    const second = await api({ routes: [], dataDir: first.dataDir });
    expect([second.apiId, second.url]).toEqual([first.apiId, first.url]);
  });

  it('is only for HTTP APIs with Lambda integrations; others are refused by name', async () => {
    const { provide, apiId } = await api({ routes: [] });
    const refusal = (kind: string, properties: object) =>
      provide(kind, 'Bad', properties).catch((error: unknown) => String(error));
    expect(await refusal('Api', { Name: 'x', ProtocolType: 'WEBSOCKET' })).toContain(
      'ProtocolType',
    );
    expect(await refusal('Integration', { ApiId: apiId, IntegrationType: 'HTTP_PROXY' })).toContain(
      'IntegrationType',
    );
    expect(await refusal('Authorizer', { ApiId: apiId, AuthorizerType: 'REQUEST' })).toContain(
      'AuthorizerType',
    );
  });
});
