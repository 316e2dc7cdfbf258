import type { ApiEvent, ApiResult } from '../../../../functions/http/api-request.ts';
import type { ApiHandler, InvocationContext } from '../../../../functions/http/api-route.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { recordedRuntime } from '../../../kit/ports/recorded-runtime.ts';
import { SUBJECT, UPLOAD_ID } from '../../../kit/ports/upload-fixture.ts';
import { apiEvent, withClaims } from '../http/exchange.ts';

export const context = {
  awsRequestId: 'invocation-1',
  getRemainingTimeInMillis: () => 60_000,
} as InvocationContext;

/** In-memory ports and a recorded runtime for one handler. */
export function handlerWorld() {
  return { ...inMemoryPorts(), ...recordedRuntime() };
}

interface Sent {
  readonly subject?: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly route?: string;
  /** Claims of the token in addition to the subject. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Calls a route as `subject`, with the upload's id in the path. */
export async function invoke(handler: ApiHandler, sent: Sent = {}) {
  const {
    subject = SUBJECT,
    path = { id: UPLOAD_ID },
    query,
    headers = {},
    body,
    route,
    claims,
  } = sent;
  const event: ApiEvent = apiEvent({
    ...withClaims({ sub: subject, token_use: 'access', ...claims }),
    ...(route && { routeKey: route }),
    pathParameters: path,
    ...(query && { queryStringParameters: query }),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { statusCode, headers: received, body: text }: ApiResult = await handler(event, context);
  return { status: statusCode, headers: received, body: JSON.parse(text) };
}
