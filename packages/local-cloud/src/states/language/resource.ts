import { PARTITION } from '../../shared/account.ts';

/** The Resource of a Task: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html */
export type TaskResource =
  /** The ARN of a function, called with the input of the state. */
  | { readonly kind: 'function'; readonly arn: string }
  | {
      readonly kind: 'service';
      /** `lambda`, `aws-sdk:dynamodb`, as in the history. */
      readonly type: string;
      /** `invoke`, `putItem`: the action without its pattern. */
      readonly action: string;
      readonly pattern: 'request' | 'sync' | 'sync:2' | 'waitForTaskToken';
    };

// Step Functions calls the services of its own partition only.
const FUNCTION = new RegExp(
  String.raw`^arn:${PARTITION}:lambda:[a-z0-9-]*:\d*:function:[A-Za-z0-9-_]+(?::[A-Za-z0-9-_$]+)?$`,
);
const SERVICE = new RegExp(
  String.raw`^arn:${PARTITION}:states:[a-z0-9-]*:\d*:((?:aws-sdk:)?[a-z0-9]+):([A-Za-z0-9]+)(?:\.(sync:2|sync|waitForTaskToken))?$`,
);

/** Undefined for any other ARN. */
export function parseResource(arn: string): TaskResource | undefined {
  if (FUNCTION.test(arn)) return { kind: 'function', arn };
  const match = SERVICE.exec(arn);
  const [, type, action, pattern = 'request'] = match ?? [];
  if (type === undefined || action === undefined || type === 'activity') return undefined;
  return { kind: 'service', type, action, pattern: pattern as 'request' };
}

/** The `resource` of the Task events: the action with its pattern. */
export function historyResource(resource: TaskResource): string {
  if (resource.kind === 'function') return resource.arn;
  return resource.pattern === 'request'
    ? resource.action
    : `${resource.action}.${resource.pattern}`;
}
