import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isClientGone } from '../shared/client-gone.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import type { HostedApi, HostedStage } from './hosted-api.ts';
import { decodePath, headersOf, MAX_BODY_BYTES, readBody } from './http-request.ts';
import { logTime } from './proxy-event.ts';
import { type HttpResponse, ownResponse } from './proxy-response.ts';
import {
  type Handled,
  type HandlerTools,
  handleRequest,
  type IncomingHttpRequest,
} from './request-handler.ts';

export interface ListenerTools extends HandlerTools {
  readonly random: () => string;
  /** Called for errors of the local cloud itself; the client gets a 500. */
  readonly onError: (error: unknown) => void;
}

/**
 * The limit for the request line and all headers:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const MAX_HEADER_BYTES = 10_240;

/** The HTTP server of one API. It calls `api` for every request, since routes are provided one by one. */
export function apiServer(tools: ListenerTools, api: () => HostedApi): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    respond(tools, api, request, response).catch((error: unknown) => {
      tools.onError(error);
      response.destroy();
    });
  });
  // Longer than clients keep an idle connection, so that no connection is closed during a request.
  server.keepAliveTimeout = 65_000;
  return server;
}

async function respond(
  tools: ListenerTools,
  api: () => HostedApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    write(response, await responseTo(tools, api(), request));
  } catch (error) {
    if (isClientGone(request)) return void response.destroy();
    tools.onError(error);
    if (!request.complete) request.resume();
    write(response, ownResponse(500, 'Internal Server Error'));
  }
}

async function responseTo(
  tools: ListenerTools,
  api: HostedApi,
  message: IncomingMessage,
): Promise<HttpResponse> {
  const { clock, random } = tools;
  const cors = api.properties.CorsConfiguration;
  const { origin } = message.headers;
  const method = message.method ?? 'GET';
  const requestId = random();
  const traced = { 'apigw-requestid': requestId };
  if (cors !== undefined && isPreflight(method, message.headers)) {
    message.resume();
    const headers = { ...preflightHeaders(cors, origin), ...traced };
    return { status: 204, headers, body: Buffer.alloc(0) };
  }
  const [rawPath = '/', rawQuery = ''] = splitTarget(message.url ?? '/');
  const path = decodePath(rawPath);
  const stage = path === undefined ? undefined : stageOf(api, path);
  const time = clock.now();
  const { headers, cookies } = headersOf(message);
  const sourceIp = message.socket.remoteAddress ?? '127.0.0.1';
  const body = await bodyOf(message);
  const incoming: IncomingHttpRequest = {
    apiId: api.id,
    method,
    path: path ?? rawPath,
    rawQuery,
    protocol: `HTTP/${message.httpVersion}`,
    sourceIp,
    headers: {
      ...headers,
      'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? `Root=1-${seconds(time)}-${hex(random())}`,
      'x-forwarded-for': [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', '),
      'x-forwarded-port': String(message.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    cookies,
    body: body ?? Buffer.alloc(0),
    requestId,
    time,
  };
  const handled = await decide(tools, api, { path, stage, tooLarge: body === undefined, incoming });
  const response = withCors(handled.response, cors && corsHeaders(cors, origin), traced);
  log(stage, { incoming, handled, response, endedAt: clock.now() });
  return response;
}

async function decide(
  tools: ListenerTools,
  api: HostedApi,
  found: {
    path: string | undefined;
    stage: HostedStage | undefined;
    tooLarge: boolean;
    incoming: IncomingHttpRequest;
  },
): Promise<Handled> {
  if (found.tooLarge) return own(413, 'Request Entity Too Large');
  if (found.path === undefined) return own(400, 'Bad Request');
  if (found.stage === undefined) return own(404, 'Not Found');
  return await handleRequest(tools, api, found.stage, found.incoming);
}

function own(status: number, message: string): Handled {
  return { response: ownResponse(status, message), error: message };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(message.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    message.resume();
    return undefined;
  }
  return await readBody(message);
}

/** A named stage is the first segment of the path. `$default` serves all other paths. */
function stageOf(api: HostedApi, path: string): HostedStage | undefined {
  const first = path.split('/')[1] ?? '';
  return api.stages.get(first) ?? api.stages.get('$default');
}

/** With a CORS configuration, the CORS headers of the function are dropped. */
function withCors(
  response: HttpResponse,
  cors: Record<string, string> | undefined,
  more: Record<string, string>,
): HttpResponse {
  const kept = Object.entries(response.headers).filter(
    ([name]) => cors === undefined || !name.startsWith('access-control-'),
  );
  return { ...response, headers: { ...Object.fromEntries(kept), ...cors, ...more } };
}

function write(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  for (const [name, value] of Object.entries(headers))
    if (name !== 'content-length' && name !== 'transfer-encoding')
      response.setHeader(name, typeof value === 'string' ? value : [...value]);
  response.statusCode = status;
  response.end(body);
}

function log(
  stage: HostedStage | undefined,
  record: {
    incoming: IncomingHttpRequest;
    handled: Handled;
    response: HttpResponse;
    endedAt: number;
  },
): void {
  const { incoming, handled, response } = record;
  const { error, integrationError } = handled;
  const claims = Object.entries(handled.claims ?? {}).map(
    ([name, value]) => [`authorizer.claims.${name}`, String(value)] as const,
  );
  stage?.writeAccessLog?.({
    ...Object.fromEntries(claims),
    apiId: incoming.apiId,
    'error.message': error,
    'error.messageString': error === undefined ? undefined : JSON.stringify(error),
    'authorizer.error': response.status === 401 || response.status === 403 ? error : undefined,
    httpMethod: incoming.method,
    'identity.sourceIp': incoming.sourceIp,
    'identity.userAgent': incoming.headers['user-agent'],
    'integration.error': integrationError,
    integrationStatus: handled.integrationStatus,
    'integration.integrationStatus': handled.integrationStatus,
    integrationErrorMessage: integrationError,
    integrationLatency: handled.integrationMs && Math.round(handled.integrationMs),
    'integration.latency': handled.integrationMs && Math.round(handled.integrationMs),
    path: incoming.path,
    protocol: incoming.protocol,
    requestId: incoming.requestId,
    extendedRequestId: incoming.requestId,
    requestTime: logTime(incoming.time),
    requestTimeEpoch: incoming.time,
    responseLatency: record.endedAt - incoming.time,
    responseLength: response.body.length,
    routeKey: handled.routeKey,
    stage: stage.properties.StageName,
    status: response.status,
  });
}

function splitTarget(target: string): [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

const seconds = (time: number) => Math.floor(time / 1000).toString(16);
const hex = (uuid: string) => uuid.replaceAll('-', '').slice(0, 24);
