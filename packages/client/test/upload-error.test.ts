import { asUploadError, UploadError } from '../src/upload-error.ts';
import { problemBody } from './api-server.ts';

describe('An UploadError', () => {
  it.each([
    ['network', true],
    ['aborted', true],
    ['busy', true],
    ['cancelled', false],
    ['file_changed', false],
    ['file_unreadable', false],
    ['not_resumable', false],
    ['storage_refused', false],
    ['etag_hidden', false],
    ['invalid_response', false],
    ['a_later_code', false],
  ])('`%s` is retryable: %s', (code, retryable) => {
    expect(new UploadError(code).retryable).toBe(retryable);
    expect(new UploadError(code, { retryable: !retryable }).retryable).toBe(!retryable);
  });

  it.each([
    ['network', 'network'],
    ['aborted', 'The upload was stopped.'],
    ['cancelled', 'The upload was cancelled.'],
    ['file_changed', 'The file has changed.'],
    ['file_unreadable', 'The file could not be read.'],
    ['not_resumable', 'The upload cannot be resumed.'],
    ['busy', 'Another transfer has this upload.'],
    ['storage_refused', 'storage_refused'],
    ['etag_hidden', 'CORS does not expose ETag.'],
    ['invalid_response', 'invalid_response'],
    ['a_later_code', 'a_later_code'],
  ])('`%s` says: %s', (code, message) => {
    const error = new UploadError(code);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message]).toEqual(['UploadError', code, message]);
    expect([error.status, error.problem, error.partNumber, error.retryAfterMs]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('prefers the given message, then the detail and the title of the API', () => {
    const problem = problemBody('x', 422, { retryable: true });
    const detailed = { ...problem, detail: 'A detail.' };
    expect(new UploadError('network', { problem }).message).toBe('Title of x');
    expect(new UploadError('x', { problem: detailed }).message).toBe('A detail.');
    expect(new UploadError('x', { problem: detailed, message: 'Mine.' }).message).toBe('Mine.');
    expect(new UploadError('x', { problem }).retryable).toBe(true);
    expect(new UploadError('x', { problem, retryable: false }).retryable).toBe(false);
  });

  it('keeps every fact', () => {
    const cause = new Error('cause');
    const facts = { status: 429, partNumber: 2, retryAfterMs: 5, problem: problemBody('x', 1) };
    expect(new UploadError('x', { ...facts, cause })).toMatchObject({ ...facts, cause });
  });
});

describe('Any other error', () => {
  it('becomes an UploadError with a fallback code, unless it is one', () => {
    const error = new UploadError('busy');
    expect(asUploadError(error, 'network')).toBe(error);
    const cause = new TypeError('fetch failed');
    expect(asUploadError(cause, 'network')).toMatchObject({
      code: 'network',
      message: 'fetch failed',
      cause,
    });
    expect(asUploadError('text', 'internal_error')).toMatchObject({
      code: 'internal_error',
      message: 'text',
    });
  });
});
