import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { REGION } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller, Credentials } from '../shared/caller.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import type { CloudEvent } from '../shared/events.ts';
import type { Target } from './properties.ts';
import type { Rule } from './rule.ts';
import { busArn, busName } from './rule.ts';

/** Delivers one input to one target. Throws if the target refuses it. */
export type Deliver = (order: {
  readonly rule: Rule;
  readonly target: Target;
  readonly input: string;
  readonly event: CloudEvent;
}) => Promise<void>;

/** `send` of the SQS engine. */
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
  /** A session of a target's role for the events service; the rule's ARN is the source ARN. Throws AccessDenied. */
  readonly credentialsFor: (roleArn: string, ruleArn: string) => Credentials;
  /** `invoke` of the Lambda engine. */
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

/** The caller that a target's resource policy sees. */
export function eventBridge(rule: Rule): Caller {
  return { kind: 'service', service: 'events.amazonaws.com', sourceArn: rule.arn };
}

/** Delivers to every kind of target. Step Functions is called over HTTP, with a signature of the target's role. */
export function createDeliver(options: DelivererOptions): { deliver: Deliver; close(): void } {
  const clients = new Map<string, { readonly accessKeyId: string; readonly client: SFNClient }>();
  /** One client for each role. A new session needs a new client. */
  const clientFor = (roleArn: string, ruleArn: string): SFNClient => {
    const { accessKeyId, secretAccessKey, sessionToken } = options.credentialsFor(roleArn, ruleArn);
    const kept = clients.get(roleArn);
    if (kept?.accessKeyId === accessKeyId) return kept.client;
    kept?.client.destroy();
    const session = sessionToken === undefined ? {} : { sessionToken };
    const client = new SFNClient({
      region: REGION,
      endpoint: options.endpoint(),
      // Only the rule's retry policy retries.
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
      // Signatures are verified by the local cloud's clock, which a test may have moved.
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

/** Why a target refused an event, with an error code of dead-letter messages, and whether a retry can help. */
export interface DeliveryFailure {
  readonly code: string;
  readonly message: string;
  readonly permanent: boolean;
}

/** Permanent errors are not retried: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
export function failureOf(error: unknown): DeliveryFailure {
  const name = error instanceof AwsError ? error.code : nameOf(error);
  const message = (error as { message?: unknown } | null)?.message;
  const text = { message: typeof message === 'string' ? message : String(error) };
  if (/AccessDenied|InvalidClientTokenId|UnrecognizedClient/.test(name))
    return { code: 'NO_PERMISSIONS', permanent: true, ...text };
  if (/DoesNotExist|ResourceNotFound|NoSuchEntity/.test(name))
    return { code: 'NO_RESOURCE', permanent: true, ...text };
  if (
    /InvalidExecutionInput|InvalidMessageContents|Validation|InvalidParameter|TooLarge|InvalidRequestContent/.test(
      name,
    )
  )
    return { code: 'INVALID_PARAMETER', permanent: true, ...text };
  if (/Throttl|TooManyRequests|LimitExceeded/.test(name))
    return { code: 'THROTTLING', permanent: false, ...text };
  if (/ECONN|Timeout|Network/i.test(name))
    return { code: 'CONNECTION_FAILURE', permanent: false, ...text };
  return { code: 'ERROR_FROM_TARGET', permanent: false, ...text };
}

function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : '';
}
