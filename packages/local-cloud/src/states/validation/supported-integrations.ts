import { parseResource } from '../language/resource.ts';

/** Optimized integrations: their actions, and the supported patterns in addition to request and response. */
const OPTIMIZED: Readonly<Record<string, readonly string[]>> = {
  lambda: ['invoke', 'invoke.waitForTaskToken'],
  events: ['putEvents', 'putEvents.waitForTaskToken'],
  sqs: ['sendMessage', 'sendMessage.waitForTaskToken'],
  dynamodb: ['getItem', 'putItem', 'updateItem', 'deleteItem'],
  mediaconvert: ['createJob', 'createJob.sync'],
  states: [
    'startExecution',
    'startExecution.sync',
    'startExecution.sync:2',
    'startExecution.waitForTaskToken',
  ],
};

/** Services whose actions can all be called. */
export const SDK_SERVICES = [
  'dynamodb',
  's3',
  'sfn',
  'eventbridge',
  'mediaconvert',
  'sqs',
  'lambda',
] as const;

/** The reason why a Resource is not supported; undefined if it is. */
export function resourceProblem(arn: string): string | undefined {
  const resource = parseResource(arn);
  if (resource === undefined)
    return `The resource provided '${arn}' is not recognized or not supported`;
  if (resource.kind === 'function') return undefined;
  const { type, action, pattern } = resource;
  if (type.startsWith('aws-sdk:')) {
    const service = type.slice('aws-sdk:'.length);
    if (!SDK_SERVICES.some((each) => each === service))
      return `The integration '${arn}' is not supported; SDK integrations are supported for ${SDK_SERVICES.join(', ')}`;
    if (pattern !== 'request' && pattern !== 'waitForTaskToken')
      return `The integration '${arn}' has no pattern .${pattern}`;
    return undefined;
  }
  const actions = Object.hasOwn(OPTIMIZED, type) ? (OPTIMIZED[type] ?? []) : [];
  const wanted = pattern === 'request' ? action : `${action}.${pattern}`;
  if (actions.includes(wanted)) return undefined;
  const known = Object.entries(OPTIMIZED).flatMap(([each, names]) =>
    names.map((name) => `${each}:${name}`),
  );
  return `The integration '${arn}' is not supported; supported are ${known.join(', ')}, and aws-sdk:<service>:<action>`;
}
