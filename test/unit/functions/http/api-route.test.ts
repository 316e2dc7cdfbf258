import type { ApiEvent, ApiResult } from '../../../../functions/http/api-request.ts';
import { ProblemError } from '../../../../functions/http/problem-error.ts';
import { apiEvent, withClaims } from './exchange.ts';

// Powertools writes to the console; what it writes is the logging tests' matter.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED = 'true';
process.env.POWERTOOLS_METRICS_NAMESPACE = 'reelgate';
const { apiRoute } = await import('../../../../functions/http/api-route.ts');
const { uploadPathSchema } = await import('../../../../core/contract/upload-path.ts');

const ID = '018f3b1e-7a00-7abc-8def-0123456789ab';
const context = { awsRequestId: 'invocation-1' } as Parameters<ReturnType<typeof apiRoute>>[1];
const signedIn = withClaims({ sub: 'a', token_use: 'access' });

function call(answer: () => Promise<ApiResult>, more: Partial<ApiEvent> = {}) {
  const handler = apiRoute({ schemas: { path: uploadPathSchema } }, answer);
  return handler(apiEvent({ ...signedIn, pathParameters: { id: ID }, ...more }), context);
}

const codeOf = ({ body }: ApiResult) => JSON.parse(body).code;

describe('a route', () => {
  it('hands its handler the owner and the checked request, and answers with what that gives', async () => {
    const seen: unknown[] = [];
    const handler = apiRoute({ schemas: { path: uploadPathSchema } }, async (request) => {
      seen.push(request);
      return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
    });
    const answer = await handler(apiEvent({ ...signedIn, pathParameters: { id: ID } }), context);
    expect(seen).toEqual([
      expect.objectContaining({ owner: 'YQ', subject: 'a', path: { id: ID } }),
    ]);
    expect(answer.statusCode).toBe(200);
  });

  it('lets nothing between keep or sniff its answers, refusals neither', async () => {
    const good = await call(async () => ({ statusCode: 200, headers: {}, body: '{}' }));
    const bad = await call(async () => {
      throw new ProblemError('conflict');
    });
    for (const { headers } of [good, bad]) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('never throws, whatever its handler does', async () => {
    const thrown = [new Error('x'), new ProblemError('conflict'), 'text', undefined, null, 0];
    for (const error of thrown) {
      const answer = await call(() => Promise.reject(error));
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
  });

  it('asks who is there before it looks at anything else', async () => {
    const answer = await call(async () => ({ statusCode: 200, headers: {}, body: '' }), {
      requestContext: { requestId: 'request-1' },
      pathParameters: { id: 'malformed' },
    });
    expect([answer.statusCode, codeOf(answer)]).toEqual([401, 'unauthenticated']);
  });
});
