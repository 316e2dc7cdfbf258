import { AwsError } from '../shared/aws-error.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import type { OnLog } from './function-log.ts';
import type { FunctionPool } from './function-pool.ts';
import type { RunInterruption } from './interruption.ts';
import type { FunctionFailure, InvokeResponse, SandboxInvocation } from './invocation.ts';
import type { EventInvokeProperties, FunctionProperties } from './properties.ts';
import type { ResourcePolicy } from './resource-policy.ts';
import type { Outcome } from './sandbox-host.ts';

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, and the limits of Lambda's own
 * messages.
 */
export const MAX_REQUEST_BYTES = 6_291_456;
const MAX_RESPONSE_BYTES = 6_291_556;
const LOG_TAIL_BYTES = 4096;

/** A function of the template. */
export interface HostedFunction {
  readonly name: string;
  readonly arn: string;
  readonly properties: FunctionProperties;
  readonly codeSha256: string;
  readonly lastModified: string;
  readonly pool: FunctionPool;
  readonly policy: ResourcePolicy;
  readonly log: OnLog;
  /** Log output of the running invocations, by request id. */
  readonly tails: Map<string, string>;
  eventInvoke: EventInvokeProperties | undefined;
}

export interface RunRequest {
  readonly hosted: HostedFunction;
  readonly payload: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly clock: Clock;
  readonly clientContext?: string;
  /** Ends the run early, if set. */
  readonly interruption?: RunInterruption;
}

/** Runs an invocation and writes its START, END and REPORT lines. Throws TooManyRequestsException (429). */
export async function runFunction(request: RunRequest): Promise<InvokeResponse> {
  const { hosted, requestId, clock } = request;
  const stamp = () => ({ time: new Date(clock.now()).toISOString(), function: hosted.name });
  const invocation: Omit<SandboxInvocation, 'deadline'> = {
    requestId,
    payload: request.payload,
    functionArn: hosted.arn,
    traceId: request.traceId,
    clockOffset: offsetOf(clock),
    ...(request.clientContext === undefined ? {} : { clientContext: request.clientContext }),
  };
  const { outcome, durationMs, coldStart, initMs } = await hosted.pool.run(
    invocation,
    () => {
      hosted.tails.set(requestId, '');
      hosted.log({ ...stamp(), event: 'START', requestId, version: '$LATEST' });
    },
    request.interruption,
  );
  const { payload, failure } = documentOf(outcome, requestId);
  hosted.log({ ...stamp(), event: 'END', requestId });
  hosted.log({
    ...stamp(),
    event: 'REPORT',
    requestId,
    status: outcome.kind === 'timeout' ? 'timeout' : failure ? 'error' : 'success',
    durationMs: round(durationMs),
    billedMs: Math.ceil(durationMs + (initMs ?? 0)),
    memorySizeMegabytes: hosted.properties.MemorySize,
    coldStart,
    ...(initMs === undefined ? {} : { initMs: round(initMs) }),
    ...(failure === undefined ? {} : { errorType: failure.errorType }),
  });
  const logTail = hosted.tails.get(requestId) ?? '';
  hosted.tails.delete(requestId);
  const functionError = failure === undefined ? {} : { functionError: 'Unhandled' as const };
  return { statusCode: 200, ...functionError, payload, requestId, logTail };
}

/** Records the output of an invocation: in the log, and its end for `X-Amz-Log-Result`. */
export function recordOutput(
  hosted: Pick<HostedFunction, 'name' | 'log' | 'tails'>,
  clock: Clock,
  output: {
    readonly requestId: string | null;
    readonly stream: 'stdout' | 'stderr';
    readonly message: string;
  },
): void {
  const tail = output.requestId === null ? undefined : hosted.tails.get(output.requestId);
  if (output.requestId !== null && tail !== undefined)
    hosted.tails.set(output.requestId, `${tail}${output.message}\n`.slice(-LOG_TAIL_BYTES));
  hosted.log({
    time: new Date(clock.now()).toISOString(),
    function: hosted.name,
    event: 'OUTPUT',
    ...output,
  });
}

function documentOf(
  outcome: Outcome,
  requestId: string,
): { payload: string; failure?: FunctionFailure } {
  if (outcome.kind === 'succeeded') {
    const bytes = Buffer.byteLength(outcome.payload);
    if (bytes <= MAX_RESPONSE_BYTES) return { payload: outcome.payload };
    return failed({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    });
  }
  if (outcome.kind === 'failed') return failed(outcome.failure);
  // Errors that the runtime did not report itself contain the request id.
  const { errorMessage, ...rest } = outcome.failure;
  const bare = /^(Runtime\.ExitError|Sandbox\.)/.test(rest.errorType);
  return failed({
    ...rest,
    errorMessage: bare ? `RequestId: ${requestId} ${errorMessage}` : errorMessage,
  });
}

function failed(failure: FunctionFailure) {
  return { payload: JSON.stringify(failure), failure };
}

/** The two clocks are read one after the other, so a difference of a few ms is not an offset. */
function offsetOf(clock: Clock): number {
  const offset = clock.now() - systemClock.now();
  return Math.abs(offset) < 50 ? 0 : offset;
}

const round = (ms: number) => Math.round(ms * 100) / 100;

/** Validates the payload. Throws the error of `Invoke` if it is not JSON or too large. */
export function checkPayload(payload: string, limit: number, type: string): void {
  const bytes = Buffer.byteLength(payload);
  if (bytes > limit)
    throw new AwsError(
      'RequestEntityTooLargeException',
      `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      413,
    );
  try {
    JSON.parse(payload);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${reason}`,
    );
  }
}
