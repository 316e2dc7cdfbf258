import { AwsError } from '../shared/aws-error.ts';
import type { Authorize } from '../shared/caller.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../shared/service.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { InvokeCall, InvokeResponse } from './invocation.ts';

const PREFIX = '/2015-03-31/functions';
const INVOCATION_TYPES = ['RequestResponse', 'Event', 'DryRun'] as const;

export interface LambdaApi {
  readonly authorize: Authorize;
  readonly find: (name: string) => HostedFunction;
  readonly all: () => readonly HostedFunction[];
  readonly invoke: (call: InvokeCall) => Promise<InvokeResponse>;
}

/** The REST API of Lambda: Invoke, GetFunction, GetFunctionConfiguration, GetPolicy, ListFunctions. */
export function lambdaService(api: LambdaApi): Service {
  return {
    signingName: 'lambda',
    protocol: 'rest-json',
    handle: async (request) => {
      const match = /^\/2015-03-31\/functions(?:\/([^/]+)(?:\/(.+))?)?\/?$/.exec(request.path);
      const operation = `${request.method} ${match === null ? request.path : (match[2] ?? '')}`;
      if (match === null) throw unknown(request);
      const name = match[1] === undefined ? undefined : functionName(match[1], request.query);
      if (name === undefined) {
        if (request.method !== 'GET') throw unknown(request);
        return listFunctions(api, request);
      }
      if (operation === 'POST invocations') return await invoke(api, name, request);
      if (operation === 'GET ') return getFunction(api, name, request);
      if (operation === 'GET configuration') return getConfiguration(api, name, request);
      if (operation === 'GET policy') return getPolicy(api, name, request);
      throw unknown(request);
    },
  };
}

async function invoke(api: LambdaApi, name: string, request: ServiceRequest) {
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const known = INVOCATION_TYPES.find((one) => one === type);
  if (known === undefined)
    throw new AwsError(
      'InvalidParameterValueException',
      `InvocationType is ${type}; allowed are ${INVOCATION_TYPES.join(', ')}.`,
    );
  const clientContext = request.headers['x-amz-client-context'];
  const response = await api.invoke({
    functionArn: name,
    payload: request.body.toString() || '{}',
    caller: request.caller,
    type: known,
    ...(clientContext === undefined ? {} : { clientContext }),
  });
  const wantsLog = request.headers['x-amz-log-type'] === 'Tail' && known === 'RequestResponse';
  return {
    status: response.statusCode,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': response.requestId,
      ...(known === 'RequestResponse' ? { 'x-amz-executed-version': '$LATEST' } : {}),
      ...(response.functionError ? { 'x-amz-function-error': response.functionError } : {}),
      ...(wantsLog ? { 'x-amz-log-result': Buffer.from(response.logTail).toString('base64') } : {}),
    },
    body: response.payload,
  };
}

function listFunctions(api: LambdaApi, { caller }: ServiceRequest) {
  api.authorize({ caller, action: 'lambda:ListFunctions', resource: '*' });
  return json({ Functions: api.all().map(configuration) });
}

function getFunction(api: LambdaApi, name: string, { caller }: ServiceRequest) {
  const hosted = allowed(api, name, 'lambda:GetFunction', caller);
  return json({
    Configuration: configuration(hosted),
    Code: { RepositoryType: 'S3' },
    ...(hosted.properties.ReservedConcurrentExecutions === undefined
      ? {}
      : {
          Concurrency: {
            ReservedConcurrentExecutions: hosted.properties.ReservedConcurrentExecutions,
          },
        }),
  });
}

function getConfiguration(api: LambdaApi, name: string, { caller }: ServiceRequest) {
  return json(configuration(allowed(api, name, 'lambda:GetFunctionConfiguration', caller)));
}

function getPolicy(api: LambdaApi, name: string, { caller }: ServiceRequest) {
  const { policy } = allowed(api, name, 'lambda:GetPolicy', caller);
  if (policy.document === undefined)
    throw new AwsError(
      'ResourceNotFoundException',
      'The resource you requested does not exist.',
      404,
    );
  return json({ Policy: JSON.stringify(policy.document) });
}

function allowed(api: LambdaApi, name: string, action: string, caller: ServiceRequest['caller']) {
  const hosted = api.find(name);
  api.authorize({ caller, action, resource: hosted.arn });
  return hosted;
}

function configuration({ properties, ...hosted }: HostedFunction) {
  return {
    FunctionName: hosted.name,
    FunctionArn: hosted.arn,
    Runtime: properties.Runtime,
    Role: properties.Role,
    Handler: properties.Handler,
    CodeSha256: hosted.codeSha256,
    Description: properties.Description ?? '',
    Timeout: properties.Timeout,
    MemorySize: properties.MemorySize,
    LastModified: hosted.lastModified,
    Version: '$LATEST',
    Environment: { Variables: properties.Environment?.Variables ?? {} },
    EphemeralStorage: { Size: properties.EphemeralStorage?.Size ?? 512 },
    TracingConfig: { Mode: properties.TracingConfig?.Mode ?? 'PassThrough' },
    Architectures: properties.Architectures ?? ['x86_64'],
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}

/** A name, an ARN or part of one. The only version is `$LATEST`. */
function functionName(segment: string, query: URLSearchParams): string {
  const match =
    /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?(?:\d{12}:)?function:)?([\w-]+)(?::([\w$-]+))?$/.exec(
      segment,
    );
  const qualifier = match?.[2] ?? query.get('Qualifier') ?? '$LATEST';
  if (match?.[1] === undefined)
    throw new AwsError('ValidationException', `'${segment}' is not a function name or ARN.`);
  if (qualifier !== '$LATEST')
    throw new AwsError(
      'ResourceNotFoundException',
      `Function not found: ${match[1]}:${qualifier}. The local cloud has $LATEST only.`,
      404,
    );
  return match[1];
}

function json(value: unknown): ServiceResponse {
  const body = JSON.stringify(value);
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function unknown(request: ServiceRequest): AwsError {
  return new AwsError(
    'UnknownOperationException',
    `Lambda's ${request.method} ${request.path} is not supported; supported are GET ${PREFIX}, GET ${PREFIX}/{name}[/configuration|/policy] and POST ${PREFIX}/{name}/invocations.`,
    404,
  );
}
