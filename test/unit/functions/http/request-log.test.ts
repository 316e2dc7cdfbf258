import { ProblemError } from '../../../../functions/http/problem-error.ts';
import { requestLog } from '../../../../functions/http/request-log.ts';
import { requestMetrics } from '../../../../functions/http/request-metrics.ts';
import { exchange, withClaims } from './exchange.ts';

function clock() {
  let now = 1_000;
  return () => {
    now += 25;
    return now;
  };
}

describe('the log line of a request', () => {
  it('tells route, owner, upload, end and time, and nothing that opens anything', () => {
    const lines: unknown[] = [];
    const log = requestLog({ logger: { info: (...line) => lines.push(line) }, now: clock() });
    const request = exchange({
      ...withClaims({ sub: 'a', email: 'a@example.com' }),
      routeKey: 'POST /v1/uploads/{id}/grant',
      headers: { authorization: 'Bearer token' },
      queryStringParameters: { cursor: 'secret-cursor' },
      pathParameters: { id: 'upload-1' },
      body: '{"fileName":"private.mp4"}',
      owner: { owner: 'YQ', subject: 'a' },
    });
    log.before(request);
    request.response = {
      statusCode: 409,
      headers: {},
      body: 'https://b/k?X-Amz-Signature=abc',
    };
    request.error = new ProblemError('conflict');
    log.onError(request);
    expect(lines).toEqual([
      [
        'request',
        {
          requestId: 'request-1',
          route: 'POST /v1/uploads/{id}/grant',
          status: 409,
          problem: 'conflict',
          owner: 'YQ',
          uploadId: 'upload-1',
          ms: 25,
        },
      ],
    ]);
  });
});

it('The log line of a request with a capability in its path does not hold it', () => {
  const lines: unknown[] = [];
  const log = requestLog({ logger: { info: (...line) => lines.push(line) }, now: clock() });
  const request = exchange({
    routeKey: 'GET /companion/{capability}/s3/multipart/{id}',
    pathParameters: { capability: 'secret-capability', id: 'upload-1' },
  });
  log.before(request);
  request.response = { statusCode: 200, headers: {}, body: '[]' };
  log.after(request);
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines)).toContain('upload-1');
  expect(JSON.stringify(lines)).not.toContain('secret-capability');
});

describe('the metrics of a request', () => {
  it.each([
    [200, 0, 0],
    [404, 1, 0],
    [503, 0, 1],
  ])('of status %d count %d refusals and %d faults', (statusCode, refusals, faults) => {
    const values: Record<string, number> = {};
    const dimensions: Record<string, string> = {};
    let published = 0;
    const meter = requestMetrics({
      metrics: {
        addDimension: (name, value) => {
          dimensions[name] = value;
        },
        addMetric: (name, _, value) => {
          values[name] = value;
        },
        publishStoredMetrics: () => {
          published += 1;
        },
      },
      now: clock(),
    });
    const request = exchange();
    meter.before(request);
    request.response = { statusCode, headers: {}, body: '' };
    meter.after(request);
    expect(values).toEqual({ Requests: 1, Refusals: refusals, Faults: faults, Latency: 25 });
    expect([dimensions, published]).toEqual([{ route: 'GET /v1/uploads' }, 1]);
  });
});
