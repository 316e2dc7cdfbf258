import { parseResource } from '../language/resource.ts';

/** Optimized integrations: their actions, and which patterns each knows besides request and response. */
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

/** Services of which every action of their API can be called. */
export const SDK_SERVICES = [
  'dynamodb',
  's3',
  'sfn',
  'eventbridge',
  'mediaconvert',
  'sqs',
  'lambda',
] as const;

/** Why a Task's Resource cannot run here, or undefined if it can. */
export function resourceProblem(arn: string): string | undefined {
  const resource = parseResource(arn);
  if (resource === undefined)
    return `The resource provided '${arn}' is not recognized, or is of a kind that does not run here`;
  if (resource.kind === 'function') return undefined;
  const { type, action, pattern } = resource;
  if (type.startsWith('aws-sdk:')) {
    const service = type.slice('aws-sdk:'.length);
    if (!SDK_SERVICES.some((each) => each === service))
      return `The integration '${arn}' does not run here; of the SDK integrations, these services do: ${SDK_SERVICES.join(', ')}`;
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
  return `The integration '${arn}' does not run here; these do: ${known.join(', ')}, and aws-sdk:<service>:<action>`;
}
