import { problemSchema } from '../../../../core/contract/problem.ts';
import { requestCodes } from '../../../../core/contract/reasons.ts';
import { TransientError } from '../../../../core/transient-error.ts';
import { ProblemError, uploadNotFound } from '../../../../functions/http/problem-error.ts';
import { problems } from '../../../../functions/http/problems.ts';
import { exchange } from './exchange.ts';

const SECRET = 'https://bucket/key?X-Amz-Signature=abc';

function responseTo(error: Error) {
  const reported: unknown[] = [];
  const failed = exchange();
  failed.error = error;
  problems({ report: (error) => reported.push(error) }).onError(failed);
  const { statusCode, headers = {}, body = '' } = failed.response ?? {};
  return { statusCode, headers, body: JSON.parse(body), text: body, reported };
}

describe('An error', () => {
  it.each(requestCodes)('%s becomes a problem of the contract', (code) => {
    const { statusCode, headers, body, reported } = responseTo(new ProblemError(code));
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

  it('names its fields and parts, up to the limits of the contract', () => {
    const parts = Array.from({ length: 5_000 }, (_, index) => index + 1);
    const errors = [{ pointer: '/size', code: 'file_too_large', detail: 'at most 5' }];
    const { body } = responseTo(
      new ProblemError('parts_missing', { parts, errors, detail: 'Some.' }),
    );
    expect(body).toMatchObject({ detail: 'Some.', errors });
    expect(body.parts).toEqual(parts.slice(0, 1_000));
  });

  it('names 100 fields at most', () => {
    const errors = Array.from({ length: 101 }, (_, index) => ({
      pointer: `/parts/${index}`,
      code: 'invalid_type',
      detail: 'wrong',
    }));
    const { body } = responseTo(new ProblemError('invalid_request', { errors }));
    expect(body.errors).toEqual(errors.slice(0, 100));
  });

  it('has no member without a value', () => {
    const { body } = responseTo(new ProblemError('conflict'));
    for (const name of ['detail', 'errors', 'parts']) expect(body).not.toHaveProperty(name);
  });

  it('that is unexpected is internal_error without its own message, and is reported', () => {
    const { statusCode, body, text, reported } = responseTo(new TypeError(SECRET));
    expect([statusCode, body.code, body.retryable]).toEqual([500, 'internal_error', true]);
    expect(text).not.toContain('Amz');
    expect(reported).toHaveLength(1);
  });

  it('that is transient is unavailable, with the time to wait', () => {
    const { statusCode, headers, body, text, reported } = responseTo(new TransientError(SECRET));
    expect([statusCode, body.code, body.retryable]).toEqual([503, 'unavailable', true]);
    expect(headers).toMatchObject({ 'retry-after': '1' });
    expect(text).not.toContain('Amz');
    expect(reported).toHaveLength(1);
  });

  it('of missing permissions is ours, not a transient one', () => {
    const denied = Object.assign(new Error('denied'), { name: 'AccessDeniedException' });
    const { statusCode, headers, body } = responseTo(denied);
    expect([statusCode, body.code]).toEqual([500, 'internal_error']);
    expect(headers).not.toHaveProperty('retry-after');
  });

  it('is the same for an absent upload and one of another owner', () => {
    expect(responseTo(uploadNotFound()).text).toBe(responseTo(uploadNotFound()).text);
  });
});
