import type { AuthorizationRequest, Caller } from '../shared/caller.ts';
import { busPolicy } from './bus-policy.ts';
import type { Input } from './requests.ts';
import type { Bus } from './rules.ts';

/**
 * The permission to put one entry on a bus. Condition keys:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
export function putEvents(
  caller: Caller,
  bus: Bus,
  entry: Input<'PutEvents'>['Entries'][number] | undefined,
): AuthorizationRequest {
  const policy = busPolicy(bus);
  const resourcePolicy = policy === undefined ? {} : { resourcePolicy: policy };
  const context: Record<string, string> = {};
  if (entry?.Source !== undefined) context['events:source'] = entry.Source;
  if (entry?.DetailType !== undefined) context['events:detail-type'] = entry.DetailType;
  return { caller, action: 'events:PutEvents', resource: bus.arn, context, ...resourcePolicy };
}

/** The permission to give EventBridge the role of a target. */
export function passRole(caller: Caller, roleArn: string): AuthorizationRequest {
  const context = { 'iam:passedtoservice': 'events.amazonaws.com' };
  return { caller, action: 'iam:PassRole', resource: roleArn, context };
}
