import { TransientError } from '../../core/transient-error.ts';

/**
 * Names that AWS services give to throttling:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const THROTTLING = [
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
];

/** Another transaction holds the item: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html */
const CONFLICTS = ['TransactionConflictException', 'TransactionInProgressException'];

const TIMEOUTS = ['TimeoutError', 'RequestTimeout', 'RequestTimeoutException', 'AbortError'];

/** S3 responds to a failed completion with status 200 and this name in the body. */
const SERVER_ERRORS = ['InternalError'];

/** Codes of Node's network errors. */
const CONNECTION_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

const NAMES = new Set([...THROTTLING, ...CONFLICTS, ...TIMEOUTS, ...SERVER_ERRORS]);

/** True for an error that the same call may not meet again a moment later. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata, $retryable } = error as Error & {
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $retryable?: unknown;
  };
  if (error instanceof TransientError || NAMES.has(error.name)) return true;
  if (typeof code === 'string' && CONNECTION_ERRORS.has(code)) return true;
  return Boolean($retryable) || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/**
 * Runs `call` and throws its transient errors as `TransientError`, other errors as they are. Needed for what
 * happens outside of an SDK call, such as reading a response's body.
 */
export async function withTransientErrors<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!isTransient(error) || error instanceof TransientError) throw error;
    throw new TransientError((error as Error).message, { cause: error });
  }
}

/** The part of an SDK client to which middleware is added. */
interface SdkClient {
  readonly middlewareStack: {
    add(
      middleware: <Args, Output>(
        next: (args: Args) => Promise<Output>,
      ) => (args: Args) => Promise<Output>,
      options: { readonly step: 'initialize'; readonly priority: 'high'; readonly name: string },
    ): void;
  };
}

/** Makes every call of an SDK client throw `TransientError` once the SDK's own retries have failed. */
export function classifyErrors<Client extends SdkClient>(client: Client): Client {
  client.middlewareStack.add((next) => (args) => withTransientErrors(() => next(args)), {
    step: 'initialize',
    priority: 'high',
    name: 'classifyErrors',
  });
  return client;
}
