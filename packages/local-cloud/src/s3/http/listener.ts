import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../../shared/aws-error.ts';
import type { Caller } from '../../shared/caller.ts';
import { isClientGone } from '../../shared/client-gone.ts';
import { ConnectionCut } from '../../shared/connection-cut.ts';
import { diskFullMessage, isDiskFull } from '../../shared/disk-full.ts';
import type { Engine } from '../engine.ts';
import { S3Error, s3Error } from '../errors.ts';
import { bareDocument } from '../xml.ts';
import { authenticate } from './authenticate.ts';
import { corsHeaders, preflight } from './cors.ts';
import {
  effectiveHeaders,
  parseTarget,
  type RawRequest,
  type S3Request,
  type S3Response,
} from './request.ts';
import { findOperation, operationName } from './routes.ts';

export type Listener = (message: IncomingMessage, response: ServerResponse) => void;

/** Called for an error that is not an error of S3: the operator has to see it. */
export type ReportError = (error: unknown, request: string) => void;

/** Wraps every authenticated call: it may fail before or after the operation, wait, or close the connection. */
export type AroundS3Call = (
  call: {
    /** `UploadPart`, `HeadObject`. */
    readonly operation: string;
    readonly bucket: string | undefined;
    /** For a listing the prefix. */
    readonly key: string | undefined;
    readonly caller: Caller;
    /** Undefined for a read of another service of the process. */
    readonly request?: S3Request;
  },
  next: () => Promise<S3Response> | S3Response,
) => Promise<S3Response>;

/** Serves the API of S3 over HTTP. Register it for the events `request` and `checkContinue` of a Node server. */
export function createListener(
  engine: Engine,
  onError: ReportError,
  around?: AroundS3Call,
): Listener {
  return (message, response) => {
    void respond(engine, message, response, onError, around).catch((error: unknown) => {
      if (error instanceof ConnectionCut) return error.cut(message.socket);
      onError(error, `${message.method} ${pathOf(message)}`);
      response.destroy();
    });
  };
}

async function respond(
  engine: Engine,
  message: IncomingMessage,
  response: ServerResponse,
  onError: ReportError,
  around: AroundS3Call | undefined,
): Promise<void> {
  const requestId = engine.newId().replaceAll('-', '').slice(0, 16).toUpperCase();
  let continued = false;
  const wantBody = () => {
    if (continued) return;
    continued = true;
    if (message.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  };
  let raw: RawRequest | undefined;
  let result: S3Response;
  try {
    raw = {
      ...parseTarget(message.url ?? '/'),
      message,
      method: message.method ?? 'GET',
      requestId,
      sourceIp: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
      wantBody,
    };
    result = await perform(engine, raw, around);
  } catch (error) {
    if (error instanceof ConnectionCut) throw error;
    if (isClientGone(message) || error === message.errored) {
      response.destroy();
      return;
    }
    if (!(error instanceof AwsError)) onError(error, `${message.method} ${pathOf(message)}`);
    result = errorResponse(error, pathOf(message), requestId);
    // The rest of the body is discarded, so that the client reads the response and the connection can be used
    // again.
    message.resume();
    // A client that waits for `100 Continue` does not get it, so the connection cannot be used again.
    if (!continued && message.headers.expect !== undefined) response.shouldKeepAlive = false;
  }
  const bucket = raw?.bucket === undefined ? undefined : engine.store.buckets.find(raw.bucket);
  await send(response, message, {
    ...result,
    headers: {
      'x-amz-request-id': requestId,
      'x-amz-id-2': hostId(requestId),
      server: 'AmazonS3',
      // From the engine's clock, since clients correct their own clock by it.
      date: new Date(engine.clock.now()).toUTCString(),
      ...(message.method === 'OPTIONS' ? {} : corsHeaders(message, bucket)),
      ...result.headers,
    },
  });
}

async function perform(
  engine: Engine,
  raw: RawRequest,
  around: AroundS3Call | undefined,
): Promise<S3Response> {
  if (raw.method === 'OPTIONS') {
    return preflight(raw.message, engine.store.buckets.find(raw.bucket ?? ''));
  }
  const identity = authenticate(raw, engine);
  const presigned = identity.authType === 'REST-QUERY-STRING';
  const request: S3Request = {
    ...raw,
    identity,
    headers: effectiveHeaders(raw.message, raw.query, presigned),
  };
  const operation = findOperation(request);
  const next = () => operation(request, engine);
  if (!around) return next();
  const { bucket, key = request.query.get('prefix') } = request;
  const { caller } = identity;
  return around(
    { operation: operationName(request, operation), bucket, key, caller, request },
    next,
  );
}

/** The query is left out, since it may contain a signature. */
function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}

function internalError(error: unknown): AwsError {
  if (!isDiskFull(error)) return s3Error('InternalError');
  return new AwsError('InternalError', diskFullMessage(error), 500);
}

/** `path` is that of the request, without the query. */
export function errorResponse(error: unknown, path: string, requestId: string): S3Response {
  const known = error instanceof AwsError ? error : internalError(error);
  const members = Object.entries(known.members).map(
    ([name, value]) => [name, value === undefined ? undefined : String(value)] as const,
  );
  return {
    status: known.status,
    headers: known instanceof S3Error ? known.headers : {},
    body: bareDocument('Error', {
      Code: known.code,
      Message: known.message,
      Resource: path,
      ...Object.fromEntries(members),
      RequestId: requestId,
      HostId: hostId(requestId),
    }),
  };
}

/** The second id of S3, which is always present. It has no meaning here. */
function hostId(requestId: string): string {
  return Buffer.from(`host-of-${requestId}`).toString('base64');
}

/** Codes of a response whose connection the client has closed. */
const CLIENT_GONE = ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'EPIPE', 'ECONNRESET'];

async function send(
  response: ServerResponse,
  message: IncomingMessage,
  { status, headers = {}, body }: S3Response,
): Promise<void> {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, headerText(value));
  }
  if (typeof body === 'string') {
    if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/xml');
    response.setHeader('content-length', Buffer.byteLength(body));
    response.end(message.method === 'HEAD' ? undefined : body);
    return;
  }
  if (!body) {
    const bodiless = status === 204 || status === 304 || message.method === 'HEAD';
    if (!bodiless) response.setHeader('content-length', 0);
    response.end();
    return;
  }
  try {
    await pipeline(Readable.from(body, { objectMode: false }), response);
  } catch (error) {
    // The response must not look complete.
    response.destroy();
    const { code = '' } = error as NodeJS.ErrnoException;
    // Any other error means that the bytes cannot be read.
    if (!CLIENT_GONE.includes(code)) throw error;
  }
}

/** Metadata that is not ASCII is sent as the UTF-8 bytes that were received. */
function headerText(value: string | number): string {
  return Buffer.from(String(value)).toString('latin1');
}
