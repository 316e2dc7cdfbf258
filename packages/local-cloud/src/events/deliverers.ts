import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { REGION } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller, Credentials } from '../shared/caller.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import type { CloudEvent } from '../shared/events.ts';
import type { Target } from './properties.ts';
import type { Rule } from './rule.ts';
import { busArn, busName } from './rule.ts';

/** Hands one input to one target; throws when the target does not take it. */
export type Deliver = (order: {
  readonly rule: Rule;
  readonly target: Target;
  readonly input: string;
  readonly event: CloudEvent;
}) => Promise<void>;

/** `send` of `local/sqs`. */
export type SendToQueue = (
  queueArn: string,
  message: { readonly body: string; readonly attributes?: Readonly<Record<string, string>> },
  caller: Caller,
) => void;

export interface DelivererOptions {
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** URL of the JSON services' listener. */
  readonly endpoint: () => string;
  /** A session of a target's role, for which EventBridge acts; the rule's ARN is the source. Throws AccessDenied. */
  readonly credentialsFor: (roleArn: string, ruleArn: string) => Credentials;
  /** `invoke` of `local/lambda`. */
  readonly invoke: (call: {
    readonly functionArn: string;
    readonly payload: string;
    readonly caller: Caller;
    readonly type: 'Event';
  }) => Promise<unknown>;
  readonly sendToQueue: SendToQueue;
  /** Puts an event on another bus of this account. */
  readonly putOnBus: (bus: string, event: CloudEvent) => void;
}

/** As whom EventBridge calls a target that has a resource policy. */
export function eventBridge(rule: Rule): Caller {
  return { kind: 'service', service: 'events.amazonaws.com', sourceArn: rule.arn };
}

/** The ways to the kinds of target. Step Functions is called over HTTP, signed, as the target's role. */
export function createDeliver(options: DelivererOptions): { deliver: Deliver; close(): void } {
  const clients = new Map<string, { readonly accessKeyId: string; readonly client: SFNClient }>();
  /** One client a role; a new one when whoever issues the sessions has issued a new one. */
  const clientFor = (roleArn: string, ruleArn: string): SFNClient => {
    const { accessKeyId, secretAccessKey, sessionToken } = options.credentialsFor(roleArn, ruleArn);
    const kept = clients.get(roleArn);
    if (kept?.accessKeyId === accessKeyId) return kept.client;
    kept?.client.destroy();
    const session = sessionToken === undefined ? {} : { sessionToken };
    const client = new SFNClient({
      region: REGION,
      endpoint: options.endpoint(),
      // The rule's own retries are the only ones.
      maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey, ...session },
    });
    clients.set(roleArn, { accessKeyId, client });
    return client;
  };

  const deliver: Deliver = async ({ rule, target, input, event }) => {
    const service = target.Arn.split(':')[2];
    if (service === 'sqs')
      return options.sendToQueue(target.Arn, { body: input }, eventBridge(rule));
    if (service === 'lambda') {
      const call = { functionArn: target.Arn, payload: input, caller: eventBridge(rule) };
      await options.invoke({ ...call, type: 'Event' });
      return;
    }
    const roleArn = target.RoleArn ?? '';
    if (service === 'states') {
      const client = clientFor(roleArn, rule.arn);
      // Signatures are checked by the cloud's clock, which a test may have moved.
      client.config.systemClockOffset = options.clock.now() - systemClock.now();
      await client.send(new StartExecutionCommand({ stateMachineArn: target.Arn, input }));
      return;
    }
    const bus = busName(target.Arn);
    const caller: Caller = { kind: 'role', roleArn, sessionName: 'events' };
    options.credentialsFor(roleArn, rule.arn);
    options.authorize({ caller, action: 'events:PutEvents', resource: busArn(bus) });
    options.putOnBus(bus, event);
  };
  return {
    deliver,
    close: () => {
      for (const { client } of clients.values()) client.destroy();
    },
  };
}

/** Why a target did not take an event, in the words of a dead letter, and whether trying again can help. */
export interface DeliveryFailure {
  readonly code: string;
  readonly message: string;
  readonly lasting: boolean;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html: what cannot get better is not tried again. */
export function failureOf(error: unknown): DeliveryFailure {
  const name = error instanceof AwsError ? error.code : nameOf(error);
  const message = (error as { message?: unknown } | null)?.message;
  const told = { message: typeof message === 'string' ? message : String(error) };
  if (/AccessDenied|InvalidClientTokenId|UnrecognizedClient/.test(name))
    return { code: 'NO_PERMISSIONS', lasting: true, ...told };
  if (/DoesNotExist|ResourceNotFound|NoSuchEntity/.test(name))
    return { code: 'NO_RESOURCE', lasting: true, ...told };
  if (
    /InvalidExecutionInput|InvalidMessageContents|Validation|InvalidParameter|TooLarge|InvalidRequestContent/.test(
      name,
    )
  )
    return { code: 'INVALID_PARAMETER', lasting: true, ...told };
  if (/Throttl|TooManyRequests|LimitExceeded/.test(name))
    return { code: 'THROTTLING', lasting: false, ...told };
  if (/ECONN|Timeout|Network/i.test(name))
    return { code: 'CONNECTION_FAILURE', lasting: false, ...told };
  return { code: 'ERROR_FROM_TARGET', lasting: false, ...told };
}

function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : '';
}
