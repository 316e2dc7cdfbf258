import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { SignedRequest } from '../iam/signed-request.ts';
import { verifySignature } from '../iam/sigv4.ts';
import { parseClaim } from '../iam/sigv4-claim.ts';
import { verifySignatureV4a } from '../iam/sigv4a.ts';
import { REGION } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { CredentialSource } from '../shared/caller.ts';
import { isClientGone } from '../shared/client-gone.ts';
import type { Clock } from '../shared/clock.ts';
import { ConnectionCut } from '../shared/connection-cut.ts';
import { listenOnLoopback } from '../shared/loopback.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../shared/service.ts';
import { errorResponse } from './error-response.ts';
import { readBody } from './request-body.ts';

/** A call whose signature is verified. */
export interface ServiceCall {
  readonly service: string;
  /** `PutItem`, or method and path where the protocol names no operation (`GET /2017-08-29/jobs`). */
  readonly operation: string;
  readonly request: ServiceRequest;
}

/**
 * Wraps every call: can respond itself, fail before or after the effect, wait, or cut the connection
 * (ConnectionCut).
 */
export type InterceptCall = (
  call: ServiceCall,
  next: () => Promise<ServiceResponse>,
) => Promise<ServiceResponse>;

export interface EndpointOptions {
  readonly services: readonly Service[];
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly intercept?: InterceptCall;
  /**
   * Called with an error that is not an AwsError, which is a defect of the local cloud. The client gets
   * InternalFailure.
   */
  readonly onError?: (error: unknown, call: { service: string; operation: string }) => void;
}

export interface Endpoint {
  /** Listens on 127.0.0.1; 0 selects a free port. Returns the URL without a trailing slash. */
  listen(port: number): Promise<string>;
  close(): Promise<void>;
}

/**
 * The endpoint of the JSON and query services: verifies the signature, selects the service, writes the
 * response in its protocol.
 */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const services = new Map(options.services.map((service) => [service.signingName, service]));
  const server = createServer((message, response) => {
    respond(message, services, options)
      .then((result) => {
        // The rest of a refused body is discarded, so that the client reads the response.
        if (!message.complete) message.resume();
        write(response, result, options.clock.now());
      })
      .catch((error: unknown) => {
        if (error instanceof ConnectionCut) return error.cut(message.socket);
        if (isClientGone(message)) return void response.destroy();
        options.onError?.(error, { service: 'endpoint', operation: 'write' });
        response.destroy();
      });
  });
  // Longer than SDKs keep an idle connection, so that no connection closes during a request.
  server.keepAliveTimeout = 65_000;
  return {
    listen: async (port) => `http://127.0.0.1:${await listenOnLoopback(server, port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  message: IncomingMessage,
  services: ReadonlyMap<string, Service>,
  options: EndpointOptions,
): Promise<ServiceResponse> {
  const requestId = options.newId();
  let protocol: Service['protocol'] = 'rest-json';
  let at = { service: 'endpoint', operation: `${message.method} ${pathOf(message)}` };
  let response: ServiceResponse;
  try {
    const signed = signedRequest(message, await readBody(message));
    const service = serviceOf(signed, services);
    protocol = service.protocol;
    const verify = service.signature === 'sigv4a' ? verifySignatureV4a : verifySignature;
    const { caller } = verify(signed, {
      credentials: options.credentials,
      now: options.clock.now(),
      region: REGION,
      service: service.signingName,
      dialect: protocol === 'query' || protocol === 'rest-xml' ? 'query' : 'json',
    });
    const request: ServiceRequest = { ...signed.parsed, caller };
    at = { service: service.signingName, operation: operationOf(request) };
    response = await handle({ ...at, request }, service, options);
  } catch (error) {
    if (error instanceof ConnectionCut || isClientGone(message)) throw error;
    if (!(error instanceof AwsError)) options.onError?.(error, at);
    response = errorResponse(asAwsError(error), protocol, requestId);
  }
  return { ...response, headers: { 'x-amzn-requestid': requestId, ...response.headers } };
}

/** Every call to these services passes through this function. */
function handle(
  call: ServiceCall,
  service: Service,
  { intercept }: EndpointOptions,
): Promise<ServiceResponse> {
  const next = () => service.handle(call.request);
  return intercept ? intercept(call, next) : next();
}

type ParsedRequest = SignedRequest & {
  readonly bodyHash: string;
  readonly parsed: Omit<ServiceRequest, 'caller'>;
};

function signedRequest(message: IncomingMessage, body: Buffer): ParsedRequest {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  const method = message.method ?? 'GET';
  const headers = message.headersDistinct;
  return {
    method,
    rawPath,
    rawQuery,
    headers,
    bodyHash: createHash('sha256').update(body).digest('hex'),
    parsed: {
      method,
      path: decodePath(rawPath),
      query: new URLSearchParams(rawQuery),
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, values = []]) => [name, values.join(', ')]),
      ),
      body,
    },
  };
}

/** Without the query, which may hold a signature. */
function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}

function decodePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    throw new AwsError('BadRequestException', `The path ${rawPath} is not percent-encoded UTF-8.`);
  }
}

function serviceOf(request: SignedRequest, services: ReadonlyMap<string, Service>): Service {
  const claim =
    parseClaim(request, 'json') ?? parseClaim(request, 'json', 'AWS4-ECDSA-P256-SHA256');
  if (!claim) {
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  const service = services.get(claim.scope.service);
  if (service) return service;
  throw new AwsError(
    'UnknownServiceException',
    `The local cloud has no service "${claim.scope.service}" at this endpoint; it has ${[...services.keys()].join(', ')}.`,
    404,
  );
}

function operationOf({ headers, body, query, method, path }: ServiceRequest): string {
  const target = headers['x-amz-target'];
  if (target) return target.slice(target.indexOf('.') + 1);
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    ? new URLSearchParams(body.toString())
    : query;
  return form.get('Action') ?? `${method} ${path}`;
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError(
    'InternalFailure',
    error instanceof Error ? error.message : String(error),
    500,
  );
}

/** The Date header has the time of the cloud: SDKs use it to correct their clock if a test has moved it. */
function write(response: ServerResponse, { status, headers, body }: ServiceResponse, now: number) {
  response.writeHead(status, {
    date: new Date(now).toUTCString(),
    ...headers,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
