import { AwsError } from '../../shared/aws-error.ts';
import { TaskError } from './integration.ts';
import { declaresError, type SdkService } from './sdk-modules.ts';

/** The error names of a kind of integration. */
export interface ErrorNaming {
  /** The part before the dot. */
  readonly prefix: string;
  /** The name for errors that the API of the service does not declare, such as a denied call. */
  readonly otherwise: string;
}

/**
 * Runs a call and renames its errors: `<prefix>.<name>Exception`, like the classes of the SDK for Java.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export async function withErrorNames<T>(
  service: SdkService,
  { prefix, otherwise }: ErrorNaming,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // A role that may not be assumed has an error of its own.
    if (error instanceof TaskError || error instanceof AwsError) throw error;
    if (!isServiceError(error))
      throw new TaskError(
        `${prefix}.SdkClientException`,
        `Unable to execute HTTP request: ${String(error)}`,
        true,
      );
    const { httpStatusCode: status, requestId } = error.$metadata;
    const name = error.name.endsWith('Exception') ? error.name : `${error.name}Exception`;
    const known = (await declaresError(service, error.name)) || ALWAYS_NAMED.has(error.name);
    throw new TaskError(
      `${prefix}.${known ? name : otherwise}`,
      `${error.message} (Service: ${prefix}, Status Code: ${status ?? 0}, Request ID: ${requestId ?? 'null'})`,
      (status ?? 0) >= 500 || status === 429 || /^(Throttl|TooManyRequests)/.test(error.name),
    );
  }
}

/** Errors that definitions name in Retry, even if the model of the service does not declare them. */
const ALWAYS_NAMED = new Set(['ThrottlingException', 'TooManyRequestsException']);

interface ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** Whether the error is a response of the service, not a failure of the connection. */
function isServiceError(error: unknown): error is ServiceError {
  return (
    error instanceof Error &&
    '$fault' in error &&
    '$metadata' in error &&
    typeof error.$metadata === 'object'
  );
}
