import { arn } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Caller } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { TokenBucket } from '../shared/token-bucket.ts';
import { functionArnOf, type HostedApi, type HostedStage, integrationOf } from './hosted-api.ts';
import { type JwtAuthorizer, scopesOf } from './jwt-authorizer.ts';
import type { AuthorizerProperties, RouteProperties } from './properties.ts';
import { proxyEvent, type RoutedRequest } from './proxy-event.ts';
import { type HttpResponse, ownResponse, proxyResponse } from './proxy-response.ts';

/** The limits of an account, for routes without settings. */
const ACCOUNT_THROTTLE = { burst: 5000, rate: 10_000 };

/** Calls a Lambda function: `invoke` of the Lambda engine. */
export type InvokeFunction = (call: {
  readonly functionArn: string;
  readonly payload: string;
  readonly caller: Caller;
  readonly type: 'RequestResponse';
}) => Promise<{ readonly payload: string; readonly functionError?: string }>;

export interface HandlerTools {
  readonly clock: Clock;
  readonly invoke: InvokeFunction;
  readonly jwt: JwtAuthorizer;
}

/** A request before routing. */
export type IncomingHttpRequest = Omit<RoutedRequest, 'routeKey' | 'parameters' | 'stage' | 'jwt'>;

/** The result of a request, for the access log. */
export interface Handled {
  readonly response: HttpResponse;
  readonly routeKey?: string;
  readonly error?: string;
  readonly integrationError?: string;
  readonly integrationMs?: number;
  /** The status of Lambda's Invoke: 200 also if the function failed. */
  readonly integrationStatus?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Routes, throttles, authorizes and runs one request. */
export async function handleRequest(
  tools: HandlerTools,
  api: HostedApi,
  stage: HostedStage,
  request: IncomingHttpRequest,
): Promise<Handled> {
  const stageName = stage.properties.StageName;
  const inStage =
    stageName === '$default' ? request.path : request.path.slice(stageName.length + 1) || '/';
  const match = api.routes.match(request.method, inStage);
  if (match === undefined) return refused(404, 'Not Found');
  const { route, parameters } = match;
  const routeKey = route.RouteKey;
  if (!bucketOf(tools.clock, stage, routeKey).take())
    return { ...refused(429, 'Too Many Requests'), routeKey };

  const authorization = await authorize(tools.jwt, api, route, request);
  if (authorization.kind === 'unauthorized' || authorization.kind === 'forbidden') {
    const headers = { 'www-authenticate': authorization.challenge };
    const response =
      authorization.kind === 'forbidden'
        ? ownResponse(403, 'Forbidden', headers)
        : ownResponse(401, 'Unauthorized', headers);
    return { response, error: authorization.challenge, routeKey };
  }
  const jwt = authorization.kind === 'allowed' ? { jwt: authorization.jwt } : {};
  const event = proxyEvent({ ...request, routeKey, parameters, stage: stageName, ...jwt });
  const sourceArn = arn(
    'execute-api',
    `${api.id}/${stageName}/${routeKey.replace(/^(\w+) /, '$1')}`,
  );
  const integration = integrationOf(api, route);
  const started = performance.now();
  const handled = await runIntegration(tools, {
    functionArn: functionArnOf(integration.IntegrationUri),
    payload: JSON.stringify(event),
    sourceArn,
    timeoutMs: integration.TimeoutInMillis,
  });
  const claims = authorization.kind === 'allowed' ? { claims: authorization.jwt.claims } : {};
  return { ...handled, ...claims, routeKey, integrationMs: performance.now() - started };
}

async function runIntegration(
  tools: HandlerTools,
  call: { functionArn: string; payload: string; sourceArn: string; timeoutMs: number },
): Promise<Handled> {
  const caller: Caller = {
    kind: 'service',
    service: 'apigateway.amazonaws.com',
    sourceArn: call.sourceArn,
  };
  const { functionArn, payload } = call;
  try {
    const running = tools.invoke({ functionArn, payload, caller, type: 'RequestResponse' });
    const result = await withLimit(tools.clock, call.timeoutMs, running);
    if (result === undefined)
      return failed(503, 'Service Unavailable', `no response within ${call.timeoutMs} ms`);
    if (result.functionError !== undefined)
      return { ...failed(500, 'Internal Server Error', result.payload), integrationStatus: 200 };
    const response = proxyResponse(result.payload);
    if (response === undefined)
      return failed(500, 'Internal Server Error', 'the function returned an invalid response');
    return { response, integrationStatus: 200 };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code } = error;
    if (code === 'RequestEntityTooLargeException')
      return failed(413, 'Request Entity Too Large', String(error));
    if (code === 'TooManyRequestsException')
      return failed(503, 'Service Unavailable', String(error));
    return {
      ...failed(500, 'Internal Server Error', String(error)),
      integrationStatus: error.status,
    };
  }
}

/** The result of `work`, or undefined after `ms`. The function continues to run, as on AWS. */
function withLimit<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.at(clock.now() + ms, () => resolve(undefined));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}

async function authorize(
  jwt: JwtAuthorizer,
  api: HostedApi,
  route: RouteProperties,
  request: IncomingHttpRequest,
) {
  const authorizer =
    route.AuthorizerId === undefined ? undefined : api.authorizers.get(route.AuthorizerId);
  if (authorizer === undefined) return { kind: 'open' as const };
  const { Issuer, Audience } = authorizer.JwtConfiguration;
  const rules = { issuer: Issuer, audience: Audience };
  const scopes = route.AuthorizationScopes ?? [];
  const authorization = await jwt.check(tokenOf(authorizer, request), rules, scopes);
  if (authorization.kind !== 'allowed') return authorization;
  const { claims } = authorization;
  // Only routes with scopes pass the scopes of the token to the function.
  return {
    kind: 'allowed' as const,
    jwt: { claims, scopes: scopes.length > 0 ? scopesOf(claims) : null },
  };
}

function tokenOf(
  authorizer: AuthorizerProperties,
  request: IncomingHttpRequest,
): string | undefined {
  const [, place, name = ''] =
    /^\$request\.(\w+)\.(.+)$/.exec(authorizer.IdentitySource[0] ?? '') ?? [];
  const value =
    place === 'header'
      ? request.headers[name.toLowerCase()]
      : (new URLSearchParams(request.rawQuery).get(name) ?? undefined);
  return value === '' ? undefined : value;
}

/** A route with settings has its own limits. All other routes of the stage share the default limits. */
function bucketOf(clock: Clock, stage: HostedStage, routeKey: string): TokenBucket {
  const own = stage.properties.RouteSettings?.[routeKey];
  const settings = own ?? stage.properties.DefaultRouteSettings;
  const key = own === undefined ? '' : routeKey;
  const kept = stage.buckets.get(key);
  if (kept !== undefined) return kept;
  const bucket = new TokenBucket(clock, {
    burst: settings?.ThrottlingBurstLimit ?? ACCOUNT_THROTTLE.burst,
    rate: settings?.ThrottlingRateLimit ?? ACCOUNT_THROTTLE.rate,
  });
  stage.buckets.set(key, bucket);
  return bucket;
}

function refused(status: number, message: string): Handled {
  return { response: ownResponse(status, message), error: message };
}

function failed(status: number, message: string, integrationError: string): Handled {
  return { response: ownResponse(status, message), error: message, integrationError };
}
