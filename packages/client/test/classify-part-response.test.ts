import { classifyPartResponse } from '../src/classify-part-response.ts';
import type { PartResponse } from '../src/part-source.ts';

const response = (status: number, body: string, etag?: string): PartResponse => ({
  status,
  etag,
  body,
  crc: async () => 0n,
});
const errorDocument = (code: string, message = '') =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;

describe('S3’s response to a part', () => {
  it.each([200, 201, 204, 299])('%i with an ETag means that the part is stored', (status) => {
    expect(classifyPartResponse(response(status, '', '"abc"'), 1)).toEqual({
      kind: 'stored',
      etag: '"abc"',
    });
  });

  it('200 without an ETag means that CORS hides it', () => {
    expect(classifyPartResponse(response(200, ''), 3)).toMatchObject({
      kind: 'refused',
      error: { code: 'etag_hidden', status: 200, partNumber: 3, retryable: false },
    });
  });

  it.each([
    // An expired URL, a policy that was taken away, a clock that is wrong: only a new URL can show which.
    [403, 'AccessDenied', 'sign_again'],
    [403, 'RequestTimeTooSkewed', 'sign_again'],
    [403, 'SignatureDoesNotMatch', 'sign_again'],
    [400, 'ExpiredToken', 'sign_again'],
    [400, 'InvalidToken', 'sign_again'],
    [400, 'RequestTimeout', 'retry'],
    [400, 'IncompleteBody', 'retry'],
    [400, 'BadDigest', 'retry'],
    [408, 'RequestTimeout', 'retry'],
    [429, 'SlowDown', 'retry'],
    [500, 'InternalError', 'retry'],
    [503, 'SlowDown', 'retry'],
    [507, 'InsufficientStorage', 'retry'],
    [400, 'EntityTooSmall', 'refused'],
    [400, 'InvalidArgument', 'refused'],
    [404, 'NoSuchBucket', 'refused'],
    [404, 'NoSuchUpload', 'refused'],
    [411, 'MissingContentLength', 'refused'],
    [199, 'Unexpected', 'refused'],
    [300, 'Redirect', 'refused'],
    [307, 'TemporaryRedirect', 'refused'],
  ])('%i %s: %s', (status, code, kind) => {
    const outcome = classifyPartResponse(response(status, errorDocument(code), '"etag"'), 2);
    expect(outcome).toMatchObject({
      kind,
      error: {
        code: code === 'NoSuchUpload' ? 'upload_gone' : 'storage_refused',
        message: `S3 refused part 2: ${status} ${code}.`,
        status,
        partNumber: 2,
        retryable: kind !== 'refused',
      },
    });
  });

  it('names the cause that S3 gives, in at most 200 characters', () => {
    const messageFor = (message: string) => {
      const outcome = classifyPartResponse(
        response(500, errorDocument('InternalError', message)),
        1,
      );
      return outcome.kind === 'stored' ? '' : outcome.error.message;
    };
    expect(messageFor('No space left on device')).toBe(
      'S3 refused part 1: 500 InternalError. No space left on device',
    );
    expect(messageFor('x'.repeat(300))).toBe(
      `S3 refused part 1: 500 InternalError. ${'x'.repeat(200)}`,
    );
  });

  it('without an error document is `Unknown`', () => {
    expect(classifyPartResponse(response(502, '<html>Bad gateway</html>'), 1)).toMatchObject({
      kind: 'retry',
      error: { message: 'S3 refused part 1: 502 Unknown.' },
    });
  });
});
