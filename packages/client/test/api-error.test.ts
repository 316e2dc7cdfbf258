import { apiError } from '../src/api-error.ts';
import { problemBody } from './api-server.ts';

const BASE = 'https://api.example.com';

/** The error for a response whose body is `body`. */
function errorFor(status: number, body: unknown, retryAfter: string | null = null) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const headers = { get: (name: string) => (name === 'retry-after' ? retryAfter : null) };
  return apiError(BASE, { status, headers, text, json }, Date.parse('2026-01-01'));
}

describe('The error for a problem+json response', () => {
  it('has the code, the sentence and the advice of the API', () => {
    const problem = problemBody('file_too_large', 422, { detail: 'It has 9 TB.' });
    const error = errorFor(422, problem);
    expect(error).toMatchObject({
      code: 'file_too_large',
      status: 422,
      message: 'It has 9 TB.',
      retryable: false,
    });
    expect(error.problem).toEqual(problem);
    expect(errorFor(422, problemBody('x', 422)).message).toBe('Title of x');
  });

  it.each([true, false])('is as retryable as the API says: %s', (retryable) => {
    expect(errorFor(409, problemBody('x', 409, { retryable })).retryable).toBe(retryable);
  });
});

describe('The error for a response of API Gateway', () => {
  it.each([
    [400, 'malformed_request', false],
    [401, 'unauthenticated', false],
    [403, 'forbidden', false],
    [413, 'malformed_request', false],
    [429, 'too_many_requests', true],
    [500, 'internal_error', true],
    [501, 'internal_error', true],
    [502, 'unavailable', true],
    [503, 'unavailable', true],
    [504, 'unavailable', true],
  ])('with status %i is `%s`', (status, code, retryable) => {
    const error = errorFor(status, { message: 'as API Gateway says it' });
    expect(error).toMatchObject({ code, status, retryable });
    expect(error.problem).toBeUndefined();
    expect(error.message).toBe(`The API responds ${status}: {"message":"as API Gateway says it"}`);
  });

  it('with status 404 means that the address is wrong', () => {
    const error = errorFor(404, { message: 'Not Found' });
    expect(error).toMatchObject({ code: 'route_not_found', retryable: false });
    expect(error.message).toContain(`There is no reelgate API at ${BASE}.`);
  });
});

describe('The error for a response of another server', () => {
  it.each([
    [200, '<html>It works!</html>'],
    [204, ''],
    [302, ''],
    [400, '<Error><Code>InvalidRequest</Code></Error>'],
    [401, 'who are you'],
    [403, '<Error><Code>AccessDenied</Code></Error>'],
    [404, '[]'],
    [405, 'null'],
    [400, '{"code":1}'],
    [422, '{"title":"t","code":"c"}'],
    [499, '"text"'],
    [200, problemBody('x', 422)],
  ])('%i %j says that there is no reelgate API', (status, body) => {
    const error = errorFor(status, body);
    expect(error).toMatchObject({ code: 'invalid_response', status, retryable: false });
    expect(error.message).toMatch(`There is no reelgate API at ${BASE}. It responds ${status}: `);
  });

  it.each([
    [429, 'too_many_requests'],
    [500, 'internal_error'],
    [502, 'unavailable'],
    [503, 'unavailable'],
  ])('is transient for %i, which proxies return with pages of their own', (status, code) => {
    expect(errorFor(status, '<html>')).toMatchObject({ code, status, retryable: true });
  });

  it('quotes at most 200 characters of it', () => {
    expect(errorFor(500, 'x'.repeat(1_000)).message).toBe(
      `The API responds 500: ${'x'.repeat(200)}`,
    );
  });
});

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['12x', undefined],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j is %s ms', (value, ms) => {
    expect(errorFor(429, '', value).retryAfterMs).toBe(ms);
    expect(errorFor(429, problemBody('too_many_requests', 429), value).retryAfterMs).toBe(ms);
    expect(errorFor(404, '', value).retryAfterMs).toBe(ms);
  });

  it('is at most a minute, unless the API itself asks for more', () => {
    expect(errorFor(429, '', '61').retryAfterMs).toBe(60_000);
    const tomorrow = errorFor(429, problemBody('daily_uploads_exceeded', 429), '86400');
    expect(tomorrow.retryAfterMs).toBe(86_400_000);
  });
});
