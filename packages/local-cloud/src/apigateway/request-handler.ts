import { arn } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Caller } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { functionArnOf, type HostedApi, type HostedStage, integrationOf } from './hosted-api.ts';
import { type JwtAuthorizer, scopesOf } from './jwt-authorizer.ts';
import type { AuthorizerProperties, RouteProperties } from './properties.ts';
import { proxyEvent, type RoutedRequest } from './proxy-event.ts';
import { type HttpResponse, ownResponse, proxyResponse } from './proxy-response.ts';
import { TokenBucket } from './throttle.ts';

/** An account's limits, which a route without own settings has. */
const ACCOUNT_THROTTLE = { burst: 5000, rate: 10_000 };

/** Calls a Lambda function: `invoke` of `local/lambda`. */
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

/** A request as it came in, before a route is known. */
export type ArrivedRequest = Omit<RoutedRequest, 'routeKey' | 'parameters' | 'stage' | 'jwt'>;

/** What came of a request, for the access log. */
export interface Handled {
  readonly answer: HttpResponse;
  readonly routeKey?: string;
  readonly error?: string;
  readonly integrationError?: string;
  readonly integrationMs?: number;
  /** What Lambda's Invoke answered: 200 also when the function itself failed. */
  readonly integrationStatus?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Routes, throttles, authorizes and runs one request; every way ends in an answer. */
export async function handleRequest(
  tools: HandlerTools,
  api: HostedApi,
  stage: HostedStage,
  request: ArrivedRequest,
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

  const verdict = await authorize(tools.jwt, api, route, request);
  if (verdict.kind === 'unauthorized' || verdict.kind === 'forbidden') {
    const headers = { 'www-authenticate': verdict.challenge };
    const answer =
      verdict.kind === 'forbidden'
        ? ownResponse(403, 'Forbidden', headers)
        : ownResponse(401, 'Unauthorized', headers);
    return { answer, error: verdict.challenge, routeKey };
  }
  const jwt = verdict.kind === 'allowed' ? { jwt: verdict.jwt } : {};
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
  const claims = verdict.kind === 'allowed' ? { claims: verdict.jwt.claims } : {};
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
      return failed(503, 'Service Unavailable', `no answer within ${call.timeoutMs} ms`);
    if (result.functionError !== undefined)
      return { ...failed(500, 'Internal Server Error', result.payload), integrationStatus: 200 };
    const answer = proxyResponse(result.payload);
    if (answer === undefined)
      return failed(500, 'Internal Server Error', 'the function answered no valid response');
    return { answer, integrationStatus: 200 };
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

/** `work`, or undefined when it has not ended after `ms`; the function itself runs on, as on AWS. */
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
  request: ArrivedRequest,
) {
  const authorizer =
    route.AuthorizerId === undefined ? undefined : api.authorizers.get(route.AuthorizerId);
  if (authorizer === undefined) return { kind: 'open' as const };
  const { Issuer, Audience } = authorizer.JwtConfiguration;
  const rules = { issuer: Issuer, audience: Audience };
  const scopes = route.AuthorizationScopes ?? [];
  const verdict = await jwt.check(tokenOf(authorizer, request), rules, scopes);
  if (verdict.kind !== 'allowed') return verdict;
  const { claims } = verdict;
  // Only a route that asks for scopes is told about scopes.
  return {
    kind: 'allowed' as const,
    jwt: { claims, scopes: scopes.length > 0 ? scopesOf(claims) : null },
  };
}

function tokenOf(authorizer: AuthorizerProperties, request: ArrivedRequest): string | undefined {
  const [, place, name = ''] =
    /^\$request\.(\w+)\.(.+)$/.exec(authorizer.IdentitySource[0] ?? '') ?? [];
  const value =
    place === 'header'
      ? request.headers[name.toLowerCase()]
      : (new URLSearchParams(request.rawQuery).get(name) ?? undefined);
  return value === '' ? undefined : value;
}

/** A route's own settings count by route, the stage's default for all its routes together. */
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
  return { answer: ownResponse(status, message), error: message };
}

function failed(status: number, message: string, integrationError: string): Handled {
  return { answer: ownResponse(status, message), error: message, integrationError };
}
