import type { Caller } from '../shared/caller.ts';

/** What `invoke` takes. `payload` is JSON text; `functionArn` may also be a bare name. */
export interface InvokeCall {
  readonly functionArn: string;
  readonly payload: string;
  readonly caller: Caller;
  readonly type: 'RequestResponse' | 'Event' | 'DryRun';
  /** Base64 JSON of the caller's `X-Amz-Client-Context`. */
  readonly clientContext?: string;
}

/** What `Invoke` answers. A function's own failure is no error of the call: it stands in `functionError`. */
export interface InvokeResponse {
  /** 200 for RequestResponse, 202 for Event, 204 for DryRun. */
  readonly statusCode: number;
  /** `Unhandled` when the function threw, timed out or died. */
  readonly functionError?: 'Unhandled';
  /** JSON text; empty for Event and DryRun. */
  readonly payload: string;
  readonly requestId: string;
  /** Last 4 KiB of what this invocation logged. */
  readonly logTail: string;
}

/** The error document that Lambda answers as payload. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** From the host to the worker: one invocation. */
export interface SandboxOrder {
  readonly requestId: string;
  readonly payload: string;
  readonly functionArn: string;
  readonly traceId: string;
  /** Instant in ms at which the invocation is ended, on the worker's own clock. */
  readonly deadline: number;
  /** How far the local cloud's clock is ahead of the system's, ms. */
  readonly clockOffset: number;
  readonly clientContext?: string;
}

/** From the worker to the host. */
export type SandboxNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'initFailed'; readonly failure: FunctionFailure }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'answered'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly failure: FunctionFailure }
  /** The failure is told and the worker ends itself. */
  | { readonly kind: 'dying'; readonly failure: FunctionFailure };

/** What the worker is told when it starts. */
export interface SandboxStart {
  readonly taskRoot: string;
  readonly handler: string;
  readonly functionName: string;
  readonly memoryMegabytes: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly callbackHandlers: boolean;
}
