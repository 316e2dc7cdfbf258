import type { Server } from 'node:http';
import { join } from 'node:path';
import { REGION, URL_SUFFIX } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Clock } from '../shared/clock.ts';
import { openDatabase } from '../shared/database.ts';
import { listenOnLoopback } from '../shared/loopback.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import { accessLog } from './access-log.ts';
import { apiServer } from './api-listener.ts';
import {
  addRoute,
  functionArnOf,
  gatewayId,
  type HostedApi,
  newApi,
  requireRoutes,
} from './hosted-api.ts';
import { JwtAuthorizer } from './jwt-authorizer.ts';
import * as schema from './properties.ts';
import type { InvokeFunction } from './request-handler.ts';

export interface ApiGatewayOptions {
  /** The data folder of the local cloud: ports in `<dataDir>/apigateway`, access logs in `<dataDir>/logs`. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly invoke: InvokeFunction;
  /** A new UUID. */
  readonly random: () => string;
  /** Port of the first API. Default, or 0: its previous port, or any free one. */
  readonly port?: number;
  /** Called for errors of the local cloud itself; the client gets a 500. Default: prints them to standard error. */
  readonly onError?: (error: unknown) => void;
}

export interface ApiGateway {
  readonly providers: readonly ResourceProvider[];
  /** Replaces every `https://<api>.execute-api…` of a hosted API by its local URL. */
  localUrl(text: string): string;
  close(): Promise<void>;
}

/**
 * The HTTP APIs of API Gateway. Each API listens on its own port, so that paths are the same as on AWS. `Ref`
 * is the API's id, `ApiEndpoint` is the local URL, and `localUrl` replaces the host name that CDK builds from
 * the id.
 */
export function createApiGateway(options: ApiGatewayOptions): ApiGateway {
  const { clock, random, dataDir } = options;
  const database = openDatabase(
    join(dataDir, 'apigateway', 'apigateway.sqlite'),
    'CREATE TABLE IF NOT EXISTS ports (api_id TEXT PRIMARY KEY, port INTEGER NOT NULL) STRICT;',
  );
  const tools = {
    clock,
    random,
    invoke: options.invoke,
    jwt: new JwtAuthorizer(clock),
    onError: options.onError ?? ((error: unknown) => console.error('API Gateway:', error)),
  };
  const apis = new Map<string, HostedApi>();
  const servers = new Map<string, { server: Server; port: number }>();

  const find = (apiId: string): HostedApi => {
    const api = apis.get(apiId);
    if (api === undefined)
      throw new AwsError('NotFoundException', `Unable to find API by ID ${apiId}.`, 404);
    return api;
  };

  async function listen(apiId: string): Promise<number> {
    const running = servers.get(apiId);
    if (running !== undefined) return running.port;
    const server = apiServer(tools, () => find(apiId));
    const wanted = servers.size === 0 ? (options.port ?? 0) : 0;
    const kept = database.prepare('SELECT port FROM ports WHERE api_id = ?').get(apiId)?.port;
    const port = await listenOnLoopback(server, wanted, Number(kept ?? 0));
    servers.set(apiId, { server, port });
    database.prepare('INSERT OR REPLACE INTO ports VALUES (?, ?)').run(apiId, port);
    return port;
  }

  const apiProvider: ResourceProvider<schema.ApiProperties> = {
    type: 'AWS::ApiGatewayV2::Api',
    properties: schema.apiProperties,
    provide: async ({ physicalName, properties }) => {
      const id = gatewayId(physicalName, 10);
      const url = `http://127.0.0.1:${await listen(id)}`;
      apis.set(id, newApi(id, properties, url));
      return { ref: id, attributes: { ApiId: id, ApiEndpoint: url } };
    },
  };
  const integrationProvider: ResourceProvider<schema.IntegrationProperties> = {
    type: 'AWS::ApiGatewayV2::Integration',
    properties: schema.integrationProperties,
    provide: async ({ physicalName, properties }) => {
      const id = gatewayId(physicalName, 7);
      functionArnOf(properties.IntegrationUri);
      find(properties.ApiId).integrations.set(id, properties);
      return { ref: id, attributes: { IntegrationId: id } };
    },
  };
  const routeProvider: ResourceProvider<schema.RouteProperties> = {
    type: 'AWS::ApiGatewayV2::Route',
    properties: schema.routeProperties,
    provide: async ({ physicalName, properties }) => {
      const id = gatewayId(physicalName, 7);
      addRoute(find(properties.ApiId), properties);
      return { ref: id, attributes: { RouteId: id } };
    },
  };
  const authorizerProvider: ResourceProvider<schema.AuthorizerProperties> = {
    type: 'AWS::ApiGatewayV2::Authorizer',
    properties: schema.authorizerProperties,
    provide: async ({ physicalName, properties }) => {
      const id = gatewayId(physicalName, 7);
      find(properties.ApiId).authorizers.set(id, properties);
      return { ref: id, attributes: { AuthorizerId: id } };
    },
  };
  const stageProvider: ResourceProvider<schema.StageProperties> = {
    type: 'AWS::ApiGatewayV2::Stage',
    properties: schema.stageProperties,
    provide: async ({ properties }) => {
      const { StageName, AccessLogSettings, ApiId } = properties;
      requireRoutes(find(ApiId), Object.keys(properties.RouteSettings ?? {}));
      const name = StageName.replace('$', '');
      const file = join(dataDir, 'logs', `api-${ApiId}-${name}.access.log`);
      find(ApiId).stages.set(StageName, {
        properties,
        buckets: new Map(),
        writeAccessLog: AccessLogSettings && accessLog(file, AccessLogSettings.Format),
      });
      return { ref: StageName, attributes: {} };
    },
  };
  const deploymentProvider: ResourceProvider<(typeof schema.deploymentProperties)['_output']> = {
    type: 'AWS::ApiGatewayV2::Deployment',
    properties: schema.deploymentProperties,
    provide: async ({ physicalName, properties }) => {
      find(properties.ApiId);
      const id = gatewayId(physicalName, 7);
      return { ref: id, attributes: { DeploymentId: id } };
    },
  };

  return {
    providers: [
      apiProvider,
      integrationProvider,
      routeProvider,
      authorizerProvider,
      stageProvider,
      deploymentProvider,
    ] as ResourceProvider[],
    localUrl: (text) =>
      [...apis.values()].reduce(
        (replaced, { id, url }) =>
          replaced.replaceAll(`https://${id}.execute-api.${REGION}.${URL_SUFFIX}`, url),
        text,
      ),
    async close() {
      await Promise.all([...servers.values()].map(({ server }) => closeServer(server)));
      database.close();
    },
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
