import type { InterceptCall } from './endpoint/endpoint.ts';
import type { InterruptRun } from './lambda/interruption.ts';
import type { InvokeCall, InvokeResponse } from './lambda/invocation.ts';
import type { AroundS3Call } from './s3/http/listener.ts';
import type { InterceptEvent } from './shared/events.ts';

/** Wraps an invocation by another engine, which does not pass through the endpoint. */
export type InterceptInvocation = (
  call: InvokeCall,
  next: (call: InvokeCall) => Promise<InvokeResponse>,
) => Promise<InvokeResponse>;

/**
 * The points at which calls, runs and events can be changed on their way. The engines define the points; they
 * do not know who uses them.
 */
export interface Interception {
  /** Calls to every service but S3. */
  readonly call?: InterceptCall;
  readonly s3Call?: AroundS3Call;
  readonly invocation?: InterceptInvocation;
  /** A run of a Lambda function. */
  readonly run?: InterruptRun;
  /** An event on its way to a bus. */
  readonly event?: InterceptEvent;
}

/** The outer interceptor sees the result of the inner one. */
export function nestCalls(
  outer: InterceptCall | undefined,
  inner: InterceptCall | undefined,
): InterceptCall | undefined {
  if (!outer || !inner) return outer ?? inner;
  return (call, next) => outer(call, () => inner(call, next));
}
