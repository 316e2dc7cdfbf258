import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { TransientError } from '../../../../core/transient-error.ts';
import {
  classifyErrors,
  isTransient,
  withTransientErrors,
} from '../../../../functions/adapters/transient-errors.ts';
import { serviceError } from './fake-client.ts';

const NAMES = [
  'AbortError',
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'InternalError',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeout',
  'RequestTimeoutException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
];

const CODES = ['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT'];

const LASTING = [
  'AccessDeniedException',
  'ConditionalCheckFailedException',
  'ExecutionAlreadyExists',
  'NoSuchKey',
  'NoSuchUpload',
  'PreconditionFailed',
  'ResourceNotFoundException',
  'TransactionCanceledException',
  'ValidationException',
];

describe('An error is transient', () => {
  it.each(NAMES)('by the name %s, whatever its status', (name) => {
    expect(isTransient(serviceError(name))).toBe(true);
    expect(isTransient(Object.assign(new Error('x'), { name }))).toBe(true);
  });

  it.each(CODES)('by the code %s of a broken connection', (code) => {
    expect(isTransient(Object.assign(new Error('x'), { code }))).toBe(true);
  });

  it.each([500, 502, 503, 504, 599])('by the status %i', (status) => {
    expect(isTransient(serviceError('Any', status))).toBe(true);
  });

  it('by the SDK’s own mark', () => {
    expect(isTransient(Object.assign(new Error('x'), { $retryable: {} }))).toBe(true);
  });

  it('if it is one already', () => {
    expect(isTransient(new TransientError('x'))).toBe(true);
  });
});

describe('An error is not transient', () => {
  it.each(LASTING)('by the name %s', (name) => {
    expect(isTransient(serviceError(name))).toBe(false);
  });

  it.each([200, 400, 403, 404, 409, 412, 499])('by the status %i', (status) => {
    expect(isTransient(serviceError('Any', status))).toBe(false);
  });

  it.each([
    ['an error without anything', new Error('x')],
    ['another code', Object.assign(new Error('x'), { code: 'ENOENT' })],
    ['a code that is no text', Object.assign(new Error('x'), { code: 500 })],
    ['no error', { name: 'SlowDown' }],
    ['text', 'SlowDown'],
    ['nothing', undefined],
  ])('that is %s', (_, error) => {
    expect(isTransient(error)).toBe(false);
  });
});

describe('A call', () => {
  it('throws its transient errors as TransientError, with the cause', async () => {
    const cause = serviceError('SlowDown', 503);
    const call = withTransientErrors(() => Promise.reject(cause));
    await expect(call).rejects.toMatchObject({
      name: 'TransientError',
      message: 'SlowDown',
      cause,
    });
  });

  it('throws every other error as it is, and a TransientError too', async () => {
    for (const error of [serviceError('NoSuchKey', 404), new TransientError('x'), 'text']) {
      await expect(withTransientErrors(() => Promise.reject(error))).rejects.toBe(error);
    }
  });

  it('returns its result', async () => {
    expect(await withTransientErrors(async () => 1)).toBe(1);
  });
});

describe('A client of the SDK', () => {
  const responding = (respond: () => Promise<unknown>) =>
    classifyErrors(
      new S3Client({
        region: 'us-east-1',
        maxAttempts: 1,
        credentials: { accessKeyId: 'a', secretAccessKey: 's' },
        requestHandler: { handle: respond } as never,
      }),
    );
  const head = new HeadObjectCommand({ Bucket: 'b', Key: 'k' });
  const status = (statusCode: number) => async () => ({ response: { statusCode, headers: {} } });

  it.each([
    ['a server error', status(503)],
    [
      'a broken connection',
      () => Promise.reject(Object.assign(new Error(), { code: 'ECONNRESET' })),
    ],
  ])('throws TransientError for %s', async (_, respond) => {
    await expect(responding(respond).send(head)).rejects.toBeInstanceOf(TransientError);
  });

  it('keeps the class of other errors', async () => {
    await expect(responding(status(404)).send(head)).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('returns what the service responds', async () => {
    const response = responding(async () => ({
      response: { statusCode: 200, headers: { 'content-length': '7' } },
    }));
    expect(await response.send(head)).toMatchObject({ ContentLength: 7 });
  });
});
