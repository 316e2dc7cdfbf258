import { uploadPathSchema } from '../../../../core/contract/upload-path.ts';
import type { ApiEvent, ApiResult } from '../../../../functions/http/api-request.ts';
import { apiRoute, type InvocationContext } from '../../../../functions/http/api-route.ts';
import { ProblemError } from '../../../../functions/http/problem-error.ts';
import { recordedRuntime } from '../../../kit/ports/recorded-runtime.ts';
import { NOW } from '../../../kit/ports/upload-fixture.ts';
import { apiEvent, withClaims } from './exchange.ts';

const ID = '018f3b1e-7a00-7abc-8def-0123456789ab';
const context = { awsRequestId: 'invocation-1' } as InvocationContext;
const signedIn = withClaims({ sub: 'a', token_use: 'access' });
const schemas = { path: uploadPathSchema };
const limitRequests = async () => ({ outcome: 'counted' }) as const;
const OK = { statusCode: 200, headers: {}, body: '{}' };

function call(respond: () => Promise<ApiResult>, more: Partial<ApiEvent> = {}) {
  const recorded = recordedRuntime();
  const handler = apiRoute(recorded.runtime, { schemas, limitRequests }, respond);
  const event = apiEvent({ ...signedIn, pathParameters: { id: ID }, ...more });
  return { ...recorded, response: handler(event, context) };
}

const codeOf = ({ body }: ApiResult) => JSON.parse(body).code;

describe('A route', () => {
  it('passes the owner and the validated request to its handler and returns its response', async () => {
    const seen: unknown[] = [];
    const handler = apiRoute(
      recordedRuntime().runtime,
      { schemas, limitRequests },
      async (request) => {
        seen.push(request);
        return OK;
      },
    );
    const response = await handler(apiEvent({ ...signedIn, pathParameters: { id: ID } }), context);
    expect(seen).toEqual([
      expect.objectContaining({ owner: 'YQ', subject: 'a', path: { id: ID } }),
    ]);
    expect(response).toMatchObject({ statusCode: 200, body: '{}' });
  });

  it('forbids caching and sniffing of its responses and of its problems', async () => {
    const good = await call(async () => OK).response;
    const bad = await call(async () => {
      throw new ProblemError('conflict');
    }).response;
    for (const { headers } of [good, bad]) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=63072000; includeSubDomains',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('lets a response replace a security header', async () => {
    const headers = { 'cache-control': 'private' };
    const response = await call(async () => ({ ...OK, headers })).response;
    expect(response.headers['cache-control']).toBe('private');
  });

  it.each([
    ['an error', new Error('x')],
    ['a problem', new ProblemError('conflict')],
    ['a string', 'text'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 0],
  ])('responds with a problem where its handler throws %s', async (_, error) => {
    const response = await call(() => Promise.reject(error)).response;
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.headers['content-type']).toBe('application/problem+json');
  });

  it('authenticates the caller before it validates anything else', async () => {
    const { response } = call(async () => OK, {
      requestContext: { requestId: 'request-1' },
      pathParameters: { id: 'malformed' },
    });
    const { statusCode, ...rest } = await response;
    expect([statusCode, codeOf({ statusCode, ...rest })]).toEqual([401, 'unauthenticated']);
  });

  it('counts a request after its caller is known, and reads nothing of one too many', async () => {
    const callers: unknown[] = [];
    const refusing = apiRoute(
      recordedRuntime().runtime,
      {
        schemas,
        limitRequests: async (caller, now) => {
          callers.push([caller, now]);
          return { outcome: 'refused', code: 'too_many_requests', retryAfterSeconds: 53 };
        },
      },
      async () => OK,
    );
    const unread = { headers: { 'content-type': 'text/plain' }, body: 'unread' };
    const event = apiEvent({ ...signedIn, ...unread, pathParameters: { id: 'malformed' } });
    const { statusCode, headers, body } = await refusing(event, context);
    expect(callers).toEqual([[{ owner: 'YQ', subject: 'a' }, NOW]]);
    expect([statusCode, headers['retry-after']]).toEqual([429, '53']);
    expect(JSON.parse(body)).toMatchObject({ code: 'too_many_requests', retryable: true });
    const anonymous = await refusing(apiEvent(), context);
    expect(anonymous.statusCode).toBe(401);
    expect(callers).toHaveLength(1);
  });

  it('logs an unexpected error with the id of the request, and then the request', async () => {
    const error = new Error('x');
    const { response, logged } = call(() => Promise.reject(error));
    await response;
    expect(logged).toEqual([
      ['error', 'fault', { requestId: 'request-1', error }],
      ['info', 'request', expect.objectContaining({ status: 500, route: 'GET /v1/uploads' })],
    ]);
  });

  it('logs what was thrown as an error, even if it was none', async () => {
    const { response, logged } = call(() => Promise.reject('text'));
    await response;
    expect(logged[0]).toEqual([
      'error',
      'fault',
      { requestId: 'request-1', error: expect.any(Error) },
    ]);
  });

  it('does not report a refusal as an error', async () => {
    const { response, logged } = call(() => Promise.reject(new ProblemError('conflict')));
    await response;
    expect(logged).toEqual([
      ['info', 'request', expect.objectContaining({ status: 409, problem: 'conflict' })],
    ]);
  });

  it('measures the request', async () => {
    const { response, measured, dimensions } = call(async () => OK);
    await response;
    expect(measured).toEqual({ Requests: 1, Refusals: 0, Faults: 0, Latency: 0 });
    expect(dimensions).toEqual({ route: 'GET /v1/uploads' });
  });

  it('limits the body to 64 KiB, or to its own limit', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify('x'.repeat(64 * 1024 - 2));
    const event = (text: string) =>
      apiEvent({ ...signedIn, headers, body: text, pathParameters: { id: ID } });
    const { runtime } = recordedRuntime();
    const usual = apiRoute(runtime, { schemas, limitRequests }, async () => OK);
    const larger = apiRoute(
      runtime,
      { schemas, limitRequests, bodyLimitBytes: body.length + 1 },
      async () => OK,
    );
    const tooLong = JSON.stringify('x'.repeat(64 * 1024 - 1));
    expect((await usual(event(body), context)).statusCode).toBe(200);
    expect((await usual(event(tooLong), context)).statusCode).toBe(413);
    expect((await larger(event(tooLong), context)).statusCode).toBe(200);
  });

  it('authenticates in its own way, and adds its own members to a problem', async () => {
    const handler = apiRoute(
      recordedRuntime().runtime,
      {
        schemas: {},
        limitRequests,
        authenticate: {
          before: ({ event }) => {
            event.owner = { owner: 'Yg', subject: 'b' };
          },
        },
        problemMembers: ({ code }) => ({ message: `It is ${code}.` }),
      },
      async ({ subject }) => {
        throw new ProblemError('conflict', { detail: subject });
      },
    );
    const { body } = await handler(apiEvent(), context);
    expect(JSON.parse(body)).toMatchObject({ detail: 'b', message: 'It is conflict.' });
  });
});
