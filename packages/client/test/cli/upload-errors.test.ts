import { TokenError } from '../../src/cli/token-source.ts';
import { UploadError } from '../../src/upload-error.ts';
import { API, at, command, ID, run, uploadIn, useVideoFolder } from './upload-fixture.ts';

useVideoFolder();

describe('An error', () => {
  const reason = {
    code: 'not_a_video',
    sentence: 'The file is not a video.',
    next: 'Choose another file.',
    retryable: false,
    detail: 'It is text.',
  };
  it('of the file that the service finds has the exit code 3 and the service’s words', async () => {
    const { exit, endOf } = await run(command({}), {
      watched: async () => uploadIn('rejected', reason),
    });
    expect(exit).toBe(3);
    expect(endOf('a.mp4')?.problem).toEqual({
      code: 'not_a_video',
      sentence: 'The file is not a video. It is text.',
      next: 'Choose another file.',
      retryable: false,
    });
  });

  it('of the request names every invalid field', async () => {
    const problem = {
      type: 'urn:reelgate:problem:invalid_request',
      title: 'The request has fields that are not valid.',
      status: 422,
      code: 'invalid_request',
      next: 'Correct the request, then send it again.',
      retryable: false,
      errors: [{ pointer: '/metadata/a b', code: 'invalid_key', detail: 'is no name' }],
    };
    const { endOf } = await run(command({}), {
      sent: () => Promise.reject(new UploadError('invalid_request', { status: 422, problem })),
    });
    expect(endOf('a.mp4')?.problem?.sentence).toBe(
      'The request has fields that are not valid. /metadata/a b is no name',
    );
  });

  it('of a used budget says how much is used, and when it begins again', async () => {
    const detail =
      '200 of 200 uploads of 2026-11-30 are used; the next day begins at 2026-12-01T00:00:00.000Z.';
    const problem = {
      type: 'urn:reelgate:problem:daily_uploads_exceeded',
      title: 'You have reached the number of uploads for today.',
      status: 429,
      code: 'daily_uploads_exceeded',
      detail,
      next: 'Upload the file tomorrow.',
      retryable: true,
    };
    const { endOf } = await run(command({}), {
      sent: () => Promise.reject(new UploadError(problem.code, { status: 429, problem })),
    });
    expect(endOf('a.mp4')?.problem).toMatchObject({
      sentence: detail,
      next: expect.stringContaining(problem.next),
    });
  });

  it('of the token has the message of the token command', async () => {
    const cause = new TokenError('The token command failed with exit code 1.');
    const { exit, endOf } = await run(command({}), {
      sent: () => Promise.reject(new UploadError('unauthenticated', { cause })),
    });
    expect(exit).toBe(4);
    expect(endOf('a.mp4')?.problem?.sentence).toBe(cause.message);
  });

  it.each([
    [new UploadError('network'), 4],
    [new UploadError('unauthenticated', { status: 401 }), 4],
    [new TokenError('The token command failed with exit code 1.'), 4],
    [new UploadError('intake_closed', { status: 503 }), 4],
    [new UploadError('daily_uploads_exceeded', { status: 429 }), 3],
    [new UploadError('file_too_large', { status: 422 }), 3],
    [new UploadError('checksum_mismatch', { status: 422 }), 3],
    [new UploadError('file_unreadable'), 5],
    [new RangeError('A bug.'), 1],
  ])('has an exit code by its kind: %s', async (error, expected) => {
    const { exit } = await run(command({}), { sent: () => Promise.reject(error) });
    expect(exit).toBe(expected);
  });
});

describe('An API that is not there', () => {
  const noServer = (code: string) =>
    new UploadError('network', {
      message: `No response from ${API}.`,
      cause: new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }),
    });

  it.each([
    ['ECONNREFUSED', `There is no reelgate API at ${API}: nothing listens on that port.`],
    ['ENOTFOUND', `There is no reelgate API at ${API}: the host name is unknown.`],
    ['ETIMEDOUT', `No response from ${API}.`],
  ])('is reported by its cause: %s', async (code, sentence) => {
    const { exit, endOf } = await run(command({}), { sent: () => Promise.reject(noServer(code)) });
    expect(exit).toBe(4);
    expect(endOf('a.mp4')?.problem).toMatchObject({ code: 'network', sentence });
  });

  it('is not meant by a part whose connection was refused', async () => {
    const { cause } = noServer('ECONNREFUSED');
    const error = new UploadError('network', { cause, partNumber: 1, message: 'Part 1: refused' });
    const { endOf } = await run(command({}), { sent: () => Promise.reject(error) });
    expect(endOf('a.mp4')?.problem?.sentence).toBe('Part 1: refused');
  });

  it.each(['invalid_response', 'route_not_found'])('is reported as it is: %s', async (code) => {
    const message = `There is no reelgate API at ${API}. It responds 404: x`;
    const error = new UploadError(code, { status: 404, message });
    const { exit, endOf } = await run(command({}), { sent: () => Promise.reject(error) });
    expect(exit).toBe(4);
    expect(endOf('a.mp4')?.problem).toMatchObject({
      sentence: message,
      next: expect.stringContaining('Check --api'),
    });
  });
});

describe('An upload that ends with an error', () => {
  it('says how to resume it if a new attempt can succeed, for example with a new token', async () => {
    for (const error of [
      new UploadError('unauthenticated', { status: 401 }),
      new UploadError('storage_refused', { status: 500, retryable: true, partNumber: 1 }),
    ]) {
      const { endOf } = await run(command({}), { sent: () => Promise.reject(error) });
      expect(endOf('a.mp4')?.problem?.next).toContain(
        `Resume it with: reelgate upload --resume ${at('a.mp4')}`,
      );
    }
    const { endOf } = await run(command({}), {
      sent: () => Promise.reject(new UploadError('file_too_large', { status: 422 })),
    });
    expect(endOf('a.mp4')?.problem?.next).not.toContain('Resume it with');
  });

  it('after all bytes are sent says how to see its status', async () => {
    const { endOf } = await run(command({}), {
      watched: () => Promise.reject(new UploadError('network')),
    });
    expect(endOf('a.mp4')?.problem?.next).toContain(`reelgate status ${ID}`);
  });
});
