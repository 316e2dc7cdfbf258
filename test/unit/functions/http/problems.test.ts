import { problemSchema } from '../../../../core/contract/problem.ts';
import { requestCodes } from '../../../../core/contract/reasons.ts';
import { ProblemError, uploadNotFound } from '../../../../functions/http/problem-error.ts';
import { problems } from '../../../../functions/http/problems.ts';
import { exchange } from './exchange.ts';

const SECRET = 'https://bucket/key?X-Amz-Signature=abc';

function answerTo(error: Error) {
  const reported: unknown[] = [];
  const failed = exchange();
  failed.error = error;
  problems({ report: (told) => reported.push(told) }).onError(failed);
  const { statusCode, headers = {}, body = '' } = failed.response ?? {};
  return { statusCode, headers, body: JSON.parse(body), text: body, reported };
}

const awsError = (name: string, status: number) =>
  Object.assign(new Error(SECRET), { name, $metadata: { httpStatusCode: status } });

describe('an error', () => {
  it.each(requestCodes)('%s is answered as a problem of the contract', (code) => {
    const { statusCode, headers, body, reported } = answerTo(new ProblemError(code));
    expect(headers?.['content-type']).toBe('application/problem+json');
    expect(problemSchema.parse(body)).toMatchObject({
      type: `urn:reelgate:problem:${code}`,
      status: statusCode,
      code,
      instance: 'request-1',
    });
    expect(statusCode).toBeGreaterThanOrEqual(400);
    expect(reported).toEqual([]);
  });

  it('carries fields and parts, no more than a client can use', () => {
    const parts = Array.from({ length: 5_000 }, (_, index) => index + 1);
    const errors = [{ pointer: '/size', code: 'file_too_large', detail: 'at most 5' }];
    const { body } = answerTo(
      new ProblemError('parts_missing', { parts, errors, detail: 'Some.' }),
    );
    expect(body).toMatchObject({ detail: 'Some.', errors });
    expect(body.parts).toHaveLength(1_000);
  });

  it('that nobody foresaw is internal_error, says nothing of itself and is reported', () => {
    const { statusCode, body, text, reported } = answerTo(new TypeError(SECRET));
    expect([statusCode, body.code, body.retryable]).toEqual([500, 'internal_error', true]);
    expect(text).not.toContain('Amz');
    expect(reported).toHaveLength(1);
  });

  it.each([
    ['throttling', awsError('ThrottlingException', 400)],
    ['S3 asking to slow down', awsError('SlowDown', 503)],
    ['a fault of a service', awsError('InternalServerError', 500)],
    ['a broken connection', Object.assign(new Error('socket'), { code: 'ECONNRESET' })],
    ['a timeout', awsError('TimeoutError', 0)],
  ])('of %s is unavailable, with the time to wait', (_, error) => {
    const { statusCode, headers, body } = answerTo(error);
    expect([statusCode, body.code, body.retryable]).toEqual([503, 'unavailable', true]);
    expect(headers).toMatchObject({ 'retry-after': '1' });
  });

  it('of missing permissions is ours, not a passing one', () => {
    expect(answerTo(awsError('AccessDeniedException', 403)).body.code).toBe('internal_error');
  });

  it('of an absent and a foreign upload is the same but for the request', () => {
    expect(answerTo(uploadNotFound()).text).toBe(answerTo(uploadNotFound()).text);
  });
});
