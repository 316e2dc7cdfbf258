/**
 * What is read of an HTTP API's event, payload format 2.0, behind a JWT authorizer:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface ApiEvent {
  readonly routeKey?: string;
  /** Names in lower case; several of one name are joined by commas. */
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
  /** Set by `ownerFromToken`. */
  owner?: Owner;
  /** Set by `jsonBody`; undefined for a request without a body. */
  json?: unknown;
  /** Set by `validateRequest`. */
  valid?: unknown;
}

/** Who calls: the token's subject, and the same encoded for keys. */
export interface Owner {
  readonly owner: string;
  readonly subject: string;
}

export interface ApiResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request as middy hands it on, as far as these middlewares look at it. */
export interface ApiExchange {
  event: ApiEvent;
  context: { readonly awsRequestId: string };
  response: ApiResult | null | undefined;
  error: Error | null | undefined;
}

/** The API's request id names an occurrence; the function's own where a test calls without a gateway. */
export function requestIdOf(exchange: Pick<ApiExchange, 'event' | 'context'>): string {
  return exchange.event.requestContext.requestId ?? exchange.context.awsRequestId;
}

/** `POST /v1/uploads`: the route's template, which holds no id of anybody. */
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
