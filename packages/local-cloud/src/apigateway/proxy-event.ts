import { ACCOUNT_ID, REGION, URL_SUFFIX } from '../shared/account.ts';

/** A routed HTTP request. Header names are in lower case, values are joined by commas. */
export interface RoutedRequest {
  readonly apiId: string;
  readonly stage: string;
  readonly routeKey: string;
  readonly method: string;
  /** Decoded; starts with the stage unless that is `$default`. */
  readonly path: string;
  readonly rawQuery: string;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly requestId: string;
  /** ms since the epoch. */
  readonly time: number;
  readonly jwt?: {
    readonly claims: Readonly<Record<string, unknown>>;
    readonly scopes: string[] | null;
  };
}

/**
 * The event of payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * `rawPath` and path parameters are decoded, `rawQueryString` is not.
 */
export function proxyEvent(request: RoutedRequest): Record<string, unknown> {
  const query = queryParameters(request.rawQuery);
  const isText = isTextual(request.headers['content-type']);
  const domain = `execute-api.${REGION}.${URL_SUFFIX}`;
  return {
    version: '2.0',
    routeKey: request.routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    ...(request.cookies.length === 0 ? {} : { cookies: request.cookies }),
    headers: request.headers,
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: request.apiId,
      ...(request.jwt === undefined
        ? {}
        : { authorizer: { jwt: { ...request.jwt, claims: claimStrings(request.jwt.claims) } } }),
      domainName: `${request.apiId}.${domain}`,
      domainPrefix: request.apiId,
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: request.routeKey,
      stage: request.stage,
      time: logTime(request.time),
      timeEpoch: request.time,
    },
    ...(Object.keys(request.parameters).length === 0 ? {} : { pathParameters: request.parameters }),
    ...(request.body.length === 0
      ? {}
      : { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

/** API Gateway passes bodies of these types as text, all others as base64. */
function isTextual(contentType: string | undefined): boolean {
  if (contentType === undefined) return true;
  return /^\s*(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))\s*(;|$))/i.test(
    contentType,
  );
}

/** Repeated names are joined by commas. */
function queryParameters(rawQuery: string): Record<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const earlier = parameters.get(name);
    parameters.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(parameters);
}

/** API Gateway passes claims as strings, and a list as `[a b]`. */
function claimStrings(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, printed(value)]));
}

function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (typeof value === 'object' && value !== null)
    return `map[${Object.entries(value)
      .map(([name, one]) => `${name}:${printed(one)}`)
      .join(' ')}]`;
  return String(value);
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `12/Mar/2020:19:03:58 +0000`, as in the Common Log Format. */
export function logTime(time: number): string {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2, '0');
  const clock = date.toISOString().slice(11, 19);
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clock} +0000`;
}
