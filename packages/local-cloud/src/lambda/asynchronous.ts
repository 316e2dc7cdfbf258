import { AwsError } from '../shared/aws-error.ts';
import type { Caller } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { AttemptResult, QueuedInvocation } from './async-queue.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { InvokeResponse } from './invocation.ts';
import type { EventInvokeProperties } from './properties.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const RETRY_DELAYS_MS = [60_000, 120_000];
const DEFAULT_MAX_AGE_SECONDS = 21_600;
const DEFAULT_MAX_RETRIES = 2;
const MAX_THROTTLE_DELAY_MS = 300_000;

/** Sends a message to a queue of the SQS engine. */
export type SendToQueue = (
  queueArn: string,
  message: { readonly body: string; readonly attributes?: Readonly<Record<string, string>> },
  caller: Caller,
) => void;

export interface AsynchronousSettings {
  readonly clock: Clock;
  readonly sendToQueue: SendToQueue;
  readonly find: (functionArn: string) => HostedFunction | undefined;
  readonly run: (hosted: HostedFunction, invocation: QueuedInvocation) => Promise<InvokeResponse>;
}

/**
 * Lambda refuses a destination that the function's role may not send to, so the permission must exist before the
 * configuration: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function checkDestinations(
  hosted: HostedFunction,
  { DestinationConfig = {} }: EventInvokeProperties,
  check: (queueArn: string, caller: Caller) => void,
): void {
  for (const target of Object.values(DestinationConfig)) {
    if (target === undefined) continue;
    try {
      check(target.Destination, roleOf(hosted));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError(
        'InvalidParameterValueException',
        `The function ${hosted.name} has the destination ${target.Destination}, which its execution role cannot send to. Allow the role sqs:SendMessage on the queue, in a policy that exists before the configuration. ${error.message}`,
      );
    }
  }
}

/** Runs one attempt of a queued invocation and handles its result. */
export async function attemptInvocation(
  settings: AsynchronousSettings,
  invocation: QueuedInvocation,
): Promise<AttemptResult> {
  const hosted = settings.find(invocation.functionArn);
  // The template no longer has the function, so it can never run.
  if (hosted === undefined) return { kind: 'done' };
  const now = settings.clock.now();
  const age = now - invocation.acceptedAt;
  const maxAge = hosted.eventInvoke?.MaximumEventAgeInSeconds ?? DEFAULT_MAX_AGE_SECONDS;
  if (age / 1000 >= maxAge) {
    giveUp(settings, hosted, invocation, 'EventAgeExceeded', undefined);
    return { kind: 'done' };
  }
  let response: InvokeResponse;
  try {
    response = await settings.run(hosted, invocation);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // Throttled, or an error of the service: back to the queue, with increasing pauses until the maximum age.
    const delay = Math.min(MAX_THROTTLE_DELAY_MS, Math.max(1000, age));
    return { kind: 'again', at: now + delay, attempts: invocation.attempts };
  }
  return afterRun(settings, hosted, { ...invocation, attempts: invocation.attempts + 1 }, response);
}

function afterRun(
  settings: AsynchronousSettings,
  hosted: HostedFunction,
  invocation: QueuedInvocation,
  response: InvokeResponse,
): AttemptResult {
  const destinations = hosted.eventInvoke?.DestinationConfig;
  if (response.functionError === undefined) {
    const target = destinations?.OnSuccess?.Destination;
    if (target !== undefined)
      sendRecord(settings, hosted, invocation, { target, condition: 'Success', response });
    return { kind: 'done' };
  }
  const retries = hosted.eventInvoke?.MaximumRetryAttempts ?? DEFAULT_MAX_RETRIES;
  const maxAge = hosted.eventInvoke?.MaximumEventAgeInSeconds ?? DEFAULT_MAX_AGE_SECONDS;
  const delay = RETRY_DELAYS_MS[invocation.attempts - 1] ?? 0;
  const at = settings.clock.now() + delay;
  if (invocation.attempts <= retries && at - invocation.acceptedAt < maxAge * 1000)
    return { kind: 'again', at, attempts: invocation.attempts };
  const condition = invocation.attempts <= retries ? 'EventAgeExceeded' : 'RetriesExhausted';
  giveUp(settings, hosted, invocation, condition, response);
  return { kind: 'done' };
}

function giveUp(
  settings: AsynchronousSettings,
  hosted: HostedFunction,
  invocation: QueuedInvocation,
  condition: string,
  response: InvokeResponse | undefined,
): void {
  const target = hosted.eventInvoke?.DestinationConfig?.OnFailure?.Destination;
  if (target !== undefined)
    sendRecord(settings, hosted, invocation, {
      target,
      condition,
      ...(response ? { response } : {}),
    });
  const deadLetters = hosted.properties.DeadLetterConfig?.TargetArn;
  if (deadLetters === undefined) return;
  const attributes = {
    RequestID: invocation.requestId,
    ErrorCode: '200',
    ErrorMessage: (response?.payload ?? condition).slice(0, 1024),
  };
  deliver(settings, hosted, deadLetters, { body: invocation.payload, attributes });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function sendRecord(
  settings: AsynchronousSettings,
  hosted: HostedFunction,
  invocation: QueuedInvocation,
  record: {
    readonly target: string;
    readonly condition: string;
    readonly response?: InvokeResponse;
  },
): void {
  const { response } = record;
  const body = JSON.stringify({
    version: '1.0',
    timestamp: new Date(settings.clock.now()).toISOString(),
    requestContext: {
      requestId: invocation.requestId,
      functionArn: `${hosted.arn}:$LATEST`,
      condition: record.condition,
      approximateInvokeCount: invocation.attempts,
    },
    requestPayload: JSON.parse(invocation.payload),
    ...(response === undefined
      ? {}
      : {
          responseContext: {
            statusCode: response.statusCode,
            executedVersion: '$LATEST',
            ...(response.functionError === undefined
              ? {}
              : { functionError: response.functionError }),
          },
          responsePayload: JSON.parse(response.payload),
        }),
  });
  deliver(settings, hosted, record.target, { body });
}

/**
 * Sends a dead letter or a record with the role of the function. If the target refuses it, the log of the
 * function says so.
 */
function deliver(
  settings: AsynchronousSettings,
  hosted: HostedFunction,
  target: string,
  message: { body: string; attributes?: Record<string, string> },
): void {
  try {
    settings.sendToQueue(target, message, roleOf(hosted));
  } catch (error) {
    hosted.log({
      time: new Date(settings.clock.now()).toISOString(),
      function: hosted.name,
      event: 'OUTPUT',
      requestId: null,
      stream: 'stderr',
      message: `${target} refused the record of an invocation: ${String(error)}`,
    });
  }
}

function roleOf(hosted: HostedFunction): Caller {
  return { kind: 'role', roleArn: hosted.properties.Role, sessionName: hosted.name };
}
