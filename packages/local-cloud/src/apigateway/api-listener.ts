import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import type { HostedApi, HostedStage } from './hosted-api.ts';
import { decodePath, headersOf, MAX_BODY_BYTES, readBody } from './http-request.ts';
import { logTime } from './proxy-event.ts';
import { type HttpResponse, ownResponse } from './proxy-response.ts';
import {
  type ArrivedRequest,
  type Handled,
  type HandlerTools,
  handleRequest,
} from './request-handler.ts';

export interface ListenerTools extends HandlerTools {
  readonly random: () => string;
  /** Told of faults of the local cloud itself; the client sees a 500. */
  readonly onFault: (error: unknown) => void;
}

/** The request line and all headers together: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_HEADER_BYTES = 10_240;

/** The HTTP server of one API. `api` is asked for at each request, since routes arrive one by one. */
export function apiServer(tools: ListenerTools, api: () => HostedApi): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    respond(tools, api, request, response).catch((error: unknown) => {
      tools.onFault(error);
      response.destroy();
    });
  });
  // Longer than clients keep an idle connection, so that none is closed under a request.
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
    // A client that closed the connection gets no response, and nothing is wrong with the local cloud.
    if (request.destroyed && !request.complete) return void response.destroy();
    tools.onFault(error);
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
  const arrived: ArrivedRequest = {
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
  const handled = await decide(tools, api, { path, stage, tooLarge: body === undefined, arrived });
  const answer = withCors(handled.answer, cors && corsHeaders(cors, origin), traced);
  log(stage, { arrived, handled, answer, endedAt: clock.now() });
  return answer;
}

async function decide(
  tools: ListenerTools,
  api: HostedApi,
  found: {
    path: string | undefined;
    stage: HostedStage | undefined;
    tooLarge: boolean;
    arrived: ArrivedRequest;
  },
): Promise<Handled> {
  if (found.tooLarge) return own(413, 'Request Entity Too Large');
  if (found.path === undefined) return own(400, 'Bad Request');
  if (found.stage === undefined) return own(404, 'Not Found');
  return await handleRequest(tools, api, found.stage, found.arrived);
}

function own(status: number, message: string): Handled {
  return { answer: ownResponse(status, message), error: message };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(message.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    message.resume();
    return undefined;
  }
  return await readBody(message);
}

/** A named stage is the path's first segment; `$default` serves everything else. */
function stageOf(api: HostedApi, path: string): HostedStage | undefined {
  const first = path.split('/')[1] ?? '';
  return api.stages.get(first) ?? api.stages.get('$default');
}

/** With a CORS configuration what the function says about CORS is dropped. */
function withCors(
  answer: HttpResponse,
  cors: Record<string, string> | undefined,
  more: Record<string, string>,
): HttpResponse {
  const kept = Object.entries(answer.headers).filter(
    ([name]) => cors === undefined || !name.startsWith('access-control-'),
  );
  return { ...answer, headers: { ...Object.fromEntries(kept), ...cors, ...more } };
}

function write(response: ServerResponse, answer: HttpResponse): void {
  for (const [name, value] of Object.entries(answer.headers))
    if (name !== 'content-length' && name !== 'transfer-encoding')
      response.setHeader(name, typeof value === 'string' ? value : [...value]);
  response.statusCode = answer.status;
  response.end(answer.body);
}

function log(
  stage: HostedStage | undefined,
  told: { arrived: ArrivedRequest; handled: Handled; answer: HttpResponse; endedAt: number },
): void {
  const { arrived, handled, answer } = told;
  const { error, integrationError } = handled;
  const claims = Object.entries(handled.claims ?? {}).map(
    ([name, value]) => [`authorizer.claims.${name}`, String(value)] as const,
  );
  stage?.writeAccessLog?.({
    ...Object.fromEntries(claims),
    apiId: arrived.apiId,
    'error.message': error,
    'error.messageString': error === undefined ? undefined : JSON.stringify(error),
    'authorizer.error': answer.status === 401 || answer.status === 403 ? error : undefined,
    httpMethod: arrived.method,
    'identity.sourceIp': arrived.sourceIp,
    'identity.userAgent': arrived.headers['user-agent'],
    'integration.error': integrationError,
    integrationStatus: handled.integrationStatus,
    'integration.integrationStatus': handled.integrationStatus,
    integrationErrorMessage: integrationError,
    integrationLatency: handled.integrationMs && Math.round(handled.integrationMs),
    'integration.latency': handled.integrationMs && Math.round(handled.integrationMs),
    path: arrived.path,
    protocol: arrived.protocol,
    requestId: arrived.requestId,
    extendedRequestId: arrived.requestId,
    requestTime: logTime(arrived.time),
    requestTimeEpoch: arrived.time,
    responseLatency: told.endedAt - arrived.time,
    responseLength: answer.body.length,
    routeKey: handled.routeKey,
    stage: stage.properties.StageName,
    status: answer.status,
  });
}

function splitTarget(target: string): [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

const seconds = (time: number) => Math.floor(time / 1000).toString(16);
const hex = (uuid: string) => uuid.replaceAll('-', '').slice(0, 24);
