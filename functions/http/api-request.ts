/**
 * The fields used of an HTTP API's event, payload format 2.0, behind a JWT authorizer:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface ApiEvent {
  readonly routeKey?: string;
  /** Names in lower case; several headers of one name are joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly pathParameters?: Readonly<Record<string, string | undefined>>;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: {
    readonly requestId?: string;
    readonly authorizer?: {
      readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> };
    };
  };
  /** Set by the route's authentication. */
  owner?: Owner;
  /** Set by `jsonBody`; undefined for a request without a body. */
  json?: unknown;
  /** Set by `textBody`. */
  text?: string;
  /** Set by `validateRequest`. */
  valid?: unknown;
}

/** The caller: the token's subject, and the same encoded for keys. */
export interface Owner {
  readonly owner: string;
  readonly subject: string;
  /** The partition key of the capability with which the request was made; absent for one with a token. */
  readonly capability?: string;
}

export interface ApiResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The fields used of middy's request. */
export interface ApiExchange {
  event: ApiEvent;
  context: { readonly awsRequestId: string };
  response: ApiResult | null | undefined;
  error: Error | null | undefined;
}

/** The API's request id; the function's own where it is invoked without a gateway. */
export function requestIdOf(exchange: Pick<ApiExchange, 'event' | 'context'>): string {
  return exchange.event.requestContext.requestId ?? exchange.context.awsRequestId;
}

/** `POST /v1/uploads`: the route's template, which contains no id. */
export function routeOf(exchange: Pick<ApiExchange, 'event'>): string {
  return exchange.event.routeKey ?? '$default';
}

export function jsonResponse(
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ApiResult {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}
