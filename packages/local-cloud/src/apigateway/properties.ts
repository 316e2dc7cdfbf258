import * as z from 'zod';

const integer = (minimum: number, maximum: number) =>
  z.coerce.number().int().min(minimum).max(maximum);
/** CloudFormation accepts booleans and their text. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const tags = z.record(z.string(), z.string());

export const corsConfiguration = z.strictObject({
  AllowCredentials: flag.optional(),
  AllowHeaders: z.array(z.string()).optional(),
  AllowMethods: z.array(z.string()).optional(),
  AllowOrigins: z.array(z.string()).optional(),
  ExposeHeaders: z.array(z.string()).optional(),
  MaxAge: integer(-1, 86_400).optional(),
});
export type CorsConfiguration = z.output<typeof corsConfiguration>;

/** AWS::ApiGatewayV2::Api: HTTP APIs built from routes; WebSocket and imported bodies are refused. */
export const apiProperties = z.strictObject({
  Name: z.string().min(1).max(128),
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: corsConfiguration.optional(),
  Description: z.string().optional(),
  DisableExecuteApiEndpoint: z.literal(false).optional(),
  Tags: tags.optional(),
});
export type ApiProperties = z.output<typeof apiProperties>;

/** AWS::ApiGatewayV2::Integration: AWS_PROXY to a Lambda function with payload 2.0. */
export const integrationProperties = z.strictObject({
  ApiId: z.string(),
  ConnectionType: z.literal('INTERNET').optional(),
  Description: z.string().optional(),
  IntegrationMethod: z.literal('POST').optional(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: integer(50, 30_000).default(30_000),
});
export type IntegrationProperties = z.output<typeof integrationProperties>;

/** `$default`, or a method or ANY and a path; `{name}` is one segment, `{name+}` all remaining ones. */
const ROUTE_KEY = /^(?:\$default|(?:ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \/\S*)$/;

/** AWS::ApiGatewayV2::Route. */
export const routeProperties = z
  .strictObject({
    ApiId: z.string(),
    ApiKeyRequired: z.literal(false).optional(),
    AuthorizationScopes: z.array(z.string()).max(10).optional(),
    AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
    AuthorizerId: z.string().optional(),
    OperationName: z.string().optional(),
    RouteKey: z.string().regex(ROUTE_KEY, 'must be $default or "<METHOD> /path"'),
    Target: z.string().regex(/^integrations\/.+$/),
  })
  .refine((route) => (route.AuthorizationType === 'JWT') === (route.AuthorizerId !== undefined), {
    message: 'AuthorizationType JWT and AuthorizerId go together',
    path: ['AuthorizerId'],
  });
export type RouteProperties = z.output<typeof routeProperties>;

/** AWS requires https. The local identity provider listens on the loopback interface. */
const ISSUER = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/;

/** AWS::ApiGatewayV2::Authorizer of type JWT; Lambda authorizers are refused. */
export const authorizerProperties = z.strictObject({
  ApiId: z.string(),
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.array(z.string().regex(/^\$request\.(header|querystring)\.[\w-]+$/)).length(1),
  JwtConfiguration: z.strictObject({
    Audience: z.array(z.string()).min(1).max(50),
    Issuer: z.string().regex(ISSUER, 'must be an https URL (or http on the loopback interface)'),
  }),
  Name: z.string(),
});
export type AuthorizerProperties = z.output<typeof authorizerProperties>;

const routeSettings = z.strictObject({
  DetailedMetricsEnabled: flag.optional(),
  ThrottlingBurstLimit: integer(0, 5000).optional(),
  ThrottlingRateLimit: z.coerce.number().min(0).max(10_000).optional(),
});

/** AWS::ApiGatewayV2::Stage. Routes are deployed to every stage, as with AutoDeploy. */
export const stageProperties = z.strictObject({
  AccessLogSettings: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
  ApiId: z.string(),
  AutoDeploy: flag.optional(),
  DefaultRouteSettings: routeSettings.optional(),
  DeploymentId: z.string().optional(),
  Description: z.string().optional(),
  RouteSettings: z.record(z.string(), routeSettings).optional(),
  StageName: z.string().regex(/^(\$default|[\w-]{1,128})$/),
  Tags: tags.optional(),
});
export type StageProperties = z.output<typeof stageProperties>;

/** AWS::ApiGatewayV2::Deployment: accepted without effect, since all routes are deployed. */
export const deploymentProperties = z.strictObject({
  ApiId: z.string(),
  Description: z.string().optional(),
  StageName: z.string().optional(),
});
