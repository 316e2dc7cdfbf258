import type { Caller } from '../shared/caller.ts';

/** The arguments of `invoke`. `payload` is JSON text; `functionArn` can also be a name. */
export interface InvokeCall {
  readonly functionArn: string;
  readonly payload: string;
  readonly caller: Caller;
  readonly type: 'RequestResponse' | 'Event' | 'DryRun';
  /** `X-Amz-Client-Context` of the caller: JSON in base64. */
  readonly clientContext?: string;
}

/**
 * The response of `Invoke`. A failure of the function is not an error of the call; it is in `functionError`.
 */
export interface InvokeResponse {
  /** 200 for RequestResponse, 202 for Event, 204 for DryRun. */
  readonly statusCode: number;
  /** `Unhandled` if the function threw an error, timed out or died. */
  readonly functionError?: 'Unhandled';
  /** JSON text; empty for Event and DryRun. */
  readonly payload: string;
  readonly requestId: string;
  /** The last 4 KiB of the log of this invocation. */
  readonly logTail: string;
}

/** The error that Lambda returns as payload. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** An invocation, sent from the host to the worker. */
export interface SandboxInvocation {
  readonly requestId: string;
  readonly payload: string;
  readonly functionArn: string;
  readonly traceId: string;
  /** Instant in ms, by the worker's own clock, at which the invocation ends. */
  readonly deadline: number;
  /** The clock of the cloud minus the system's clock, in ms. */
  readonly clockOffset: number;
  readonly clientContext?: string;
}

/** A message from the worker to the host. */
export type SandboxMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'initFailed'; readonly failure: FunctionFailure }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'succeeded'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly failure: FunctionFailure }
  /** The worker reports the failure and ends. */
  | { readonly kind: 'dying'; readonly failure: FunctionFailure };

/** The start data of a worker. */
export interface SandboxStart {
  readonly taskRoot: string;
  readonly handler: string;
  readonly functionName: string;
  readonly memoryMegabytes: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly callbackHandlers: boolean;
}
