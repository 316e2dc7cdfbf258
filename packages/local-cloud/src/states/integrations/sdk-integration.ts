import {
  isArray,
  isObject,
  type Json,
  mapValues,
  parseJson,
  stringifyJson,
} from '../language/json.ts';
import { type Integration, objectArguments } from './integration.ts';
import type { SdkService } from './sdk-modules.ts';
import { type ErrorNaming, withErrorNames } from './service-errors.ts';

/** The prefixes of the errors of `aws-sdk`: the service ids of the SDK for Java. */
const NAMING: Readonly<Record<SdkService, ErrorNaming>> = {
  dynamodb: { prefix: 'DynamoDb', otherwise: 'DynamoDbException' },
  s3: { prefix: 'S3', otherwise: 'S3Exception' },
  sfn: { prefix: 'Sfn', otherwise: 'SfnException' },
  eventbridge: { prefix: 'EventBridge', otherwise: 'EventBridgeException' },
  mediaconvert: { prefix: 'MediaConvert', otherwise: 'MediaConvertException' },
  sqs: { prefix: 'Sqs', otherwise: 'SqsException' },
  lambda: { prefix: 'Lambda', otherwise: 'LambdaException' },
};

/** Parameters with text or bytes; a JSON value is converted to JSON text. */
const TEXT_PARAMETERS = new Set([
  'Input',
  'Output',
  'Detail',
  'MessageBody',
  'Payload',
  'Body',
  'Definition',
]);

/** `aws-sdk:<service>:<action>`: every action of the service, with parameters and response in PascalCase. */
export function sdkIntegration(service: SdkService): Integration {
  return {
    call: (task) =>
      withErrorNames(service, NAMING[service], async () => {
        const parameters = withLength(textParameters(objectArguments(task)));
        const input = service === 'sfn' ? renameMembers(parameters, lowerFirst) : parameters;
        const { output } = await task.aws.send(service, task.action, input);
        const response = await toJson(output);
        return service === 'sfn' ? renameMembers(response, upperFirst) : response;
      }),
  };
}

function textParameters(value: Json): Json {
  if (isArray(value)) return value.map(textParameters);
  if (!isObject(value)) return value;
  return mapValues(value, (member, key) =>
    TEXT_PARAMETERS.has(key) && typeof member === 'object' && member !== null
      ? stringifyJson(member)
      : // Below these, names are the user's own.
        FREE_NAMES.has(key)
        ? member
        : textParameters(member),
  );
}

/** The SDK for JavaScript sends an empty text without its length, and warns. */
function withLength(parameters: Json): Json {
  const isEmpty = isObject(parameters) && parameters.Body === '';
  return isEmpty ? { ...parameters, ContentLength: 0 } : parameters;
}

const FREE_NAMES = new Set([
  'Item',
  'Key',
  'ExpressionAttributeValues',
  'Metadata',
  'UserMetadata',
]);

function renameMembers(value: Json, rename: (name: string) => string): Json {
  if (isArray(value)) return value.map((item) => renameMembers(item, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [rename(key), renameMembers(member, rename)]),
  );
}

const lowerFirst = (name: string) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
const upperFirst = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The response of the SDK as JSON: streams and bytes as text, times in ISO 8601. */
export async function toJson(value: unknown): Promise<Json> {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (hasText(value)) return value.transformToString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (value instanceof Set) return toJson([...value]);
  if (Array.isArray(value)) return Promise.all(value.map(toJson));
  const members: [string, Json][] = [];
  for (const [key, member] of Object.entries(value))
    if (member !== undefined) members.push([key, await toJson(member)]);
  return Object.fromEntries(members);
}

function hasText(value: object): value is { transformToString(): Promise<string> } {
  return 'transformToString' in value && typeof value.transformToString === 'function';
}

/** The parsed text if it is JSON, otherwise the text. */
export function jsonOrText(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
