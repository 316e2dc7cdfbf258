import type { ServiceCall } from '../endpoint/endpoint.ts';
import type { Caller } from '../shared/caller.ts';

/** The details of a call that rules match and the log records. */
export interface CallDetails {
  readonly service: string;
  readonly operation: string;
  readonly caller: string;
  readonly resource: string;
  /** Undefined where the body is a stream. */
  readonly body?: string;
  /** Number of items of a transaction. */
  readonly items?: number;
}

/** `roleName/sessionName`, the service's name, `root`, `anonymous`. */
export function callerName(caller: Caller): string {
  if (caller.kind === 'role') {
    return `${caller.roleArn.split('/').at(-1)}/${caller.sessionName}`;
  }
  return caller.kind === 'service' ? caller.service : caller.kind;
}

/** Operations of the services with a REST protocol; the group of the pattern is the resource. */
const REST: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['POST', /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, 'Invoke'],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, 'GetFunctionConfiguration'],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/policy$/, 'GetPolicy'],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)$/, 'GetFunction'],
  ['GET', /^\/2015-03-31\/functions\/?$/, 'ListFunctions'],
  ['POST', /^\/2017-08-29\/jobs$/, 'CreateJob'],
  ['GET', /^\/2017-08-29\/jobs$/, 'ListJobs'],
  ['GET', /^\/2017-08-29\/jobs\/([^/]+)$/, 'GetJob'],
  ['DELETE', /^\/2017-08-29\/jobs\/([^/]+)$/, 'CancelJob'],
  ['GET', /^\/2017-08-29\/search$/, 'SearchJobs'],
  ['POST', /^\/2020-05-31\/distribution\/(\w+)\/invalidation$/, 'CreateInvalidation'],
  ['GET', /^\/2020-05-31\/distribution\/(\w+)\/invalidation\/\w+$/, 'GetInvalidation'],
  ['GET', /^\/key-value-stores\/(arn:[^/]+\/[^/]+)$/, 'DescribeKeyValueStore'],
  ['GET', /^\/key-value-stores\/(arn:[^/]+\/[^/]+)\/keys$/, 'ListKeys'],
  ['POST', /^\/key-value-stores\/(arn:[^/]+\/[^/]+)\/keys$/, 'UpdateKeys'],
  ['GET', /^\/key-value-stores\/(arn:[^/]+\/[^/]+)\/keys\/./, 'GetKey'],
  ['PUT', /^\/key-value-stores\/(arn:[^/]+\/[^/]+)\/keys\/./, 'PutKey'],
  ['DELETE', /^\/key-value-stores\/(arn:[^/]+\/[^/]+)\/keys\/./, 'DeleteKey'],
];

/** Details of a call to the endpoint. */
export function callDetailsOf({ service, operation, request }: ServiceCall): CallDetails {
  const body = request.body.toString();
  const caller = callerName(request.caller);
  for (const [method, path, name] of REST) {
    const match = method === request.method ? path.exec(request.path) : null;
    if (match) return { service, operation: name, caller, resource: match[1] ?? '', body };
  }
  const input = jsonObject(body);
  const resource = input ? resourcesIn(input) : (new URLSearchParams(body).get('RoleArn') ?? '');
  const transaction = input?.TransactItems;
  return {
    service,
    operation,
    caller,
    resource,
    body,
    ...(Array.isArray(transaction) ? { items: transaction.length } : {}),
  };
}

/** Members of a JSON request that name its resource. */
const RESOURCE_MEMBERS = [
  ...['TableName', 'QueueUrl', 'QueueName', 'EventBusName', 'Rule'],
  ...['stateMachineArn', 'executionArn', 'name', 'SecretId'],
];

function resourcesIn(input: Readonly<Record<string, unknown>>): string {
  const own = RESOURCE_MEMBERS.map((member) => input[member]).filter(
    (value) => typeof value === 'string',
  );
  return [...new Set([...own, ...tablesIn(input), ...busesIn(input)])].join(' ');
}

function tablesIn({ RequestItems, TransactItems }: Readonly<Record<string, unknown>>): string[] {
  if (isObject(RequestItems)) return Object.keys(RequestItems);
  if (!Array.isArray(TransactItems)) return [];
  return TransactItems.flatMap((item) => (isObject(item) ? Object.values(item) : []))
    .map((action) => (isObject(action) ? action.TableName : undefined))
    .filter((name) => typeof name === 'string');
}

/** For PutEvents: bus and detail-type of each entry. */
function busesIn({ Entries }: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(Entries)) return [];
  return Entries.filter(isObject).map(
    ({ EventBusName = 'default', DetailType }) => `${EventBusName}/${DetailType}`,
  );
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
