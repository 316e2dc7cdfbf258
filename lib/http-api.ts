import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  CorsHttpMethod,
  HttpApi as HttpApiResource,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { companionBases, companionRoutes } from '../core/contract/companion-routes.ts';
import { type Route, routes } from '../core/contract/routes.ts';
import type { ApiFunctionName } from './api-functions.ts';
import type { Configuration } from './configuration.ts';
import { logSettings, stackSuffix, type Telemetry } from './telemetry.ts';
import type { TokenIssuer } from './token-issuer.ts';

export interface HttpApiProps {
  readonly functions: Readonly<Record<ApiFunctionName, IFunction>>;
  readonly tokenIssuer: TokenIssuer;
  readonly allowedOrigins: readonly string[];
  readonly throttle: Configuration['throttle'];
  readonly telemetry: Telemetry;
}

/**
 * The logged fields of a request. Query, headers and path are excluded, so that no token, cursor or capability is
 * logged. The function logs the upload id with the same request id.
 */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
};

const CAPABILITY_IN_PATH = {
  id: 'AwsSolutions-APIG4',
  reason:
    'Uppy 6 cannot send an authorization header. These routes require a capability in the path: 256 random bits that expire. functions/companion.ts checks it before anything else.',
};

const PUBLIC_VIDEOS = {
  id: 'AwsSolutions-APIG4',
  reason:
    'Everybody may play a video that its owner has made public. The route gives access to no other video, and has a limit of requests of its own.',
};

type ApiRoute = Route & { readonly name: (typeof routes)[number]['name'] };

/** The HTTP API with the routes of `core/contract/routes.ts`. Each requires a signed token with a scope. */
export class HttpApi extends Construct {
  readonly api: HttpApiResource;
  readonly accessLog: LogGroup;
  readonly url: string;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    const { tokenIssuer, allowedOrigins, throttle, telemetry } = props;
    this.api = new HttpApiResource(this, 'Api', {
      description: 'reelgate',
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [...allowedOrigins],
        allowMethods: [
          CorsHttpMethod.GET,
          CorsHttpMethod.POST,
          CorsHttpMethod.PUT,
          CorsHttpMethod.DELETE,
        ],
        allowHeaders: ['authorization', 'content-type', 'idempotency-key'],
        exposeHeaders: ['location', 'retry-after', 'apigw-requestid'],
        maxAge: Duration.hours(1),
      },
    });
    const authorizer = new HttpJwtAuthorizer('Authorizer', tokenIssuer.issuer, {
      jwtAudience: [...tokenIssuer.audience],
    });
    const open = new Map([
      ...this.#addRoutes(props.functions, authorizer, tokenIssuer.scopes),
      ...this.#addCompanion(props.functions.companion, authorizer, tokenIssuer.scopes.write),
    ]);
    this.accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/vendedlogs/apigateway/${Stack.of(this).stackName}-${stackSuffix()}`,
      ...logSettings(telemetry),
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: { rateLimit: throttle.rate, burstLimit: throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    limitRoutes(stage, open, throttle.withoutToken);
    this.url = stage.url;
  }

  /** @returns the routes that need no token, by their keys */
  #addRoutes(
    functions: HttpApiProps['functions'],
    authorizer: HttpJwtAuthorizer,
    scopes: TokenIssuer['scopes'],
  ): ReadonlyMap<string, HttpRoute> {
    const open = new Map<string, HttpRoute>();
    for (const { name, method, path, access } of routes as readonly ApiRoute[]) {
      const route = {
        path,
        methods: [HttpMethod[method]],
        integration: new HttpLambdaIntegration(name, functions[name]),
      };
      if (access === 'open') {
        const [added] = this.api.addRoutes(route);
        if (!added) continue;
        Validations.of(added).acknowledge(PUBLIC_VIDEOS);
        open.set(`${method} ${path}`, added);
        continue;
      }
      const byMethod = method === 'GET' ? scopes.read : scopes.write;
      // The authorizer does not distinguish access tokens from id tokens. Only access tokens have scopes.
      const authorizationScopes = [access === 'play' ? scopes.play : byMethod];
      this.api.addRoutes({ ...route, authorizer, authorizationScopes });
    }
    return open;
  }

  /**
   * One function for the protocol. On paths with a capability there is no token, and the function authenticates the
   * caller.
   *
   * @returns the routes that need no token, by their keys
   */
  #addCompanion(
    companion: IFunction,
    authorizer: HttpJwtAuthorizer,
    write: string,
  ): ReadonlyMap<string, HttpRoute> {
    const byKey = new Map<string, HttpRoute>();
    const integration = new HttpLambdaIntegration('companion', companion, {
      scopePermissionToRoute: false,
    });
    for (const { method, path } of companionRoutes) {
      const methods = [HttpMethod[method]];
      this.api.addRoutes({
        path: companionBases.token + path,
        methods,
        integration,
        authorizer,
        // Getting a form creates an upload, so all of these routes need the scope for writing.
        authorizationScopes: [write],
      });
      const open = companionBases.capability + path;
      for (const route of this.api.addRoutes({ path: open, methods, integration })) {
        Validations.of(route).acknowledge(CAPABILITY_IN_PATH);
        byKey.set(`${method} ${open}`, route);
      }
    }
    return byKey;
  }
}

/**
 * Gives each of the routes limits of its own in place of those of the stage.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
function limitRoutes(
  stage: HttpStage,
  routes: ReadonlyMap<string, HttpRoute>,
  { rate, burst }: Configuration['throttle']['withoutToken'],
): void {
  // The L2 construct has no property for it. The settings of a route replace those of the stage, metrics included.
  const settings = {
    DetailedMetricsEnabled: true,
    ThrottlingRateLimit: rate,
    ThrottlingBurstLimit: burst,
  };
  const resource = stage.node.defaultChild as CfnStage;
  resource.routeSettings = Object.fromEntries([...routes.keys()].map((key) => [key, settings]));
  // API Gateway refuses settings of a route that does not exist yet.
  for (const route of routes.values()) stage.node.addDependency(route);
}
