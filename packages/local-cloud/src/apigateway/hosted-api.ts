import { createHash } from 'node:crypto';
import { AwsError } from '../shared/aws-error.ts';
import type { TokenBucket } from '../shared/token-bucket.ts';
import type { WriteAccessLog } from './access-log.ts';
import type {
  ApiProperties,
  AuthorizerProperties,
  IntegrationProperties,
  RouteProperties,
  StageProperties,
} from './properties.ts';
import { RouteTable } from './route-table.ts';

/** A stage with its state. */
export interface HostedStage {
  readonly properties: StageProperties;
  readonly buckets: Map<string, TokenBucket>;
  readonly writeAccessLog: WriteAccessLog | undefined;
}

/** One HTTP API of the template. */
export interface HostedApi {
  readonly id: string;
  readonly properties: ApiProperties;
  readonly routes: RouteTable<RouteProperties>;
  readonly integrations: Map<string, IntegrationProperties>;
  readonly authorizers: Map<string, AuthorizerProperties>;
  readonly stages: Map<string, HostedStage>;
  /** The local URL, without a slash at the end. */
  readonly url: string;
}

/** An id in the form of API Gateway, derived from the resource's name. */
export function gatewayId(physicalName: string, length: 7 | 10): string {
  const digest = createHash('sha256').update(physicalName).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}

export function newApi(id: string, properties: ApiProperties, url: string): HostedApi {
  return {
    id,
    properties,
    url,
    routes: new RouteTable(),
    integrations: new Map(),
    authorizers: new Map(),
    stages: new Map(),
  };
}

/** Adds a route. Its integration and authorizer must exist. */
export function addRoute(api: HostedApi, route: RouteProperties): void {
  integrationOf(api, route);
  if (route.AuthorizerId !== undefined && !api.authorizers.has(route.AuthorizerId))
    throw absent('authorizer', route.AuthorizerId, api);
  api.routes.add(route.RouteKey, route);
}

/** API Gateway refuses settings of a route that the API does not have. */
export function requireRoutes(api: HostedApi, routeKeys: readonly string[]): void {
  for (const key of routeKeys) if (!api.routes.has(key)) throw absent('route', key, api);
}

export function integrationOf(api: HostedApi, route: RouteProperties): IntegrationProperties {
  const id = route.Target.replace(/^integrations\//, '');
  const integration = api.integrations.get(id);
  if (integration === undefined) throw absent('integration', id, api);
  return integration;
}

function absent(kind: string, id: string, api: HostedApi): AwsError {
  return new AwsError('NotFoundException', `The API ${api.id} has no ${kind} ${id}.`, 404);
}

/** The function of an integration, given as its ARN or in the older invocation URI. */
export function functionArnOf(integrationUri: string): string {
  const match = /(arn:aws:lambda:[^/]+)(?:\/invocations)?$/.exec(integrationUri);
  if (match?.[1] === undefined)
    throw new AwsError(
      'BadRequestException',
      `IntegrationUri ${integrationUri} does not contain the ARN of a function.`,
    );
  return match[1];
}
