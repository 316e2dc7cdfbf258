import type { ApiExchange } from '../../../../functions/http/api-request.ts';
import { ProblemError } from '../../../../functions/http/problem-error.ts';
import { requestLog } from '../../../../functions/http/request-log.ts';
import { requestMetrics } from '../../../../functions/http/request-metrics.ts';
import { exchange, withClaims } from './exchange.ts';

/** A clock that advances by `step` milliseconds at each reading. */
function clock(step = 25) {
  let now = 1_000;
  return () => {
    now += step;
    return now;
  };
}

function logged(request: ApiExchange, hook: 'after' | 'onError', now = clock()) {
  const lines: unknown[] = [];
  const log = requestLog({ logger: { info: (...line) => lines.push(line) }, now });
  log.before(request);
  log[hook](request);
  return lines;
}

describe('The log line of a request', () => {
  it('contains route, owner, upload, status and time, and no secret', () => {
    const request = exchange({
      ...withClaims({ sub: 'a', email: 'a@example.com' }),
      routeKey: 'POST /v1/uploads/{id}/grant',
      headers: { authorization: 'Bearer token' },
      queryStringParameters: { cursor: 'secret-cursor' },
      pathParameters: { id: 'upload-1' },
      body: '{"fileName":"private.mp4"}',
      owner: { owner: 'YQ', subject: 'a' },
    });
    request.response = { statusCode: 409, headers: {}, body: 'https://b/k?X-Amz-Signature=abc' };
    request.error = new ProblemError('conflict');
    expect(logged(request, 'onError')).toEqual([
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

  it('leaves out what a request does not have, and rounds its time', () => {
    const request = exchange();
    request.response = { statusCode: 200, headers: {}, body: '{}' };
    request.error = new Error('not a refusal');
    expect(logged(request, 'after', clock(10.6))).toEqual([
      ['request', { requestId: 'request-1', route: 'GET /v1/uploads', status: 200, ms: 11 }],
    ]);
  });

  it('contains 64 characters of an id at most', () => {
    const [line] = logged(exchange({ pathParameters: { id: 'x'.repeat(100) } }), 'after');
    expect(line).toEqual(['request', expect.objectContaining({ uploadId: 'x'.repeat(64) })]);
  });

  it('has no time where the request was refused before it was seen', () => {
    const lines: unknown[] = [];
    const log = requestLog({ logger: { info: (...line) => lines.push(line) }, now: () => 1_000 });
    log.onError(exchange());
    expect(lines).toEqual([['request', expect.objectContaining({ ms: 0, status: undefined })]]);
  });

  it('does not contain the capability of the path', () => {
    const request = exchange({
      routeKey: 'GET /companion/{capability}/s3/multipart/{id}',
      pathParameters: { capability: 'secret-capability', id: 'upload-1' },
    });
    const text = JSON.stringify(logged(request, 'after'));
    expect(text).toContain('upload-1');
    expect(text).not.toContain('secret-capability');
  });
});

describe('The metrics of a request', () => {
  it.each([
    [200, 0, 0],
    [399, 0, 0],
    [400, 1, 0],
    [404, 1, 0],
    [499, 1, 0],
    [500, 0, 1],
    [503, 0, 1],
    [undefined, 0, 1],
  ])('of status %p count %d refusals and %d faults', (statusCode, refusals, faults) => {
    const values: unknown[] = [];
    const dimensions: unknown[] = [];
    let published = 0;
    const meter = requestMetrics({
      metrics: {
        addDimension: (...dimension) => dimensions.push(dimension),
        addMetric: (...metric) => values.push(metric),
        publishStoredMetrics: () => {
          published += 1;
        },
      },
      now: clock(),
    });
    for (const hook of ['after', 'onError'] as const) {
      values.length = 0;
      const request = exchange();
      meter.before(request);
      request.response = statusCode === undefined ? null : { statusCode, headers: {}, body: '' };
      meter[hook](request);
      expect(values).toEqual([
        ['Requests', 'Count', 1],
        ['Refusals', 'Count', refusals],
        ['Faults', 'Count', faults],
        ['Latency', 'Milliseconds', 25],
      ]);
    }
    expect(published).toBe(2);
    expect(dimensions).toEqual(Array(2).fill(['route', 'GET /v1/uploads']));
  });

  it('have no latency where the request was refused before it was seen', () => {
    const values: Record<string, number> = {};
    requestMetrics({
      metrics: {
        addDimension: () => {},
        addMetric: (name, _, value) => {
          values[name] = value;
        },
        publishStoredMetrics: () => {},
      },
      now: () => 1_000,
    }).onError(exchange());
    expect(values.Latency).toBe(0);
  });
});
