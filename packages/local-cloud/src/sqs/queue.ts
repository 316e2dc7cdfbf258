import { ACCOUNT_ID, arn } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Caller } from '../shared/caller.ts';
import type { QueueProperties } from './properties.ts';

/** A queue that the template declares. */
export interface HostedQueue {
  readonly name: string;
  readonly arn: string;
  readonly properties: QueueProperties;
  readonly createdAt: number;
  policy: unknown;
}

/** The queues, by URL, ARN or name. */
export class Queues {
  readonly #queues = new Map<string, HostedQueue>();
  readonly #endpoint: () => string;

  constructor(endpoint: () => string) {
    this.#endpoint = endpoint;
  }

  put(name: string, properties: QueueProperties, createdAt: number): HostedQueue {
    const queue: HostedQueue = {
      name,
      arn: arn('sqs', name),
      properties,
      createdAt,
      policy: this.#queues.get(name)?.policy,
    };
    this.#queues.set(name, queue);
    return queue;
  }

  all(): readonly HostedQueue[] {
    return [...this.#queues.values()];
  }

  urlOf(queue: HostedQueue): string {
    return `${this.#endpoint()}/${ACCOUNT_ID}/${queue.name}`;
  }

  /** `reference` is a name, an ARN, or a URL with any host. Throws QueueDoesNotExist. */
  find(reference: string): HostedQueue {
    const queue = this.#queues.get(reference.split(/[/:]/).at(-1) ?? '');
    if (queue === undefined)
      throw new AwsError('QueueDoesNotExist', `The specified queue ${reference} does not exist.`);
    return queue;
  }

  /** The dead-letter queue of a queue, unless that queue's RedriveAllowPolicy excludes it. */
  deadLettersOf(queue: HostedQueue): { queue: string; after: number } | undefined {
    const redrive = queue.properties.RedrivePolicy;
    if (redrive === undefined) return undefined;
    const target = this.find(redrive.deadLetterTargetArn);
    const allowed = target.properties.RedriveAllowPolicy;
    const permission = allowed?.redrivePermission ?? 'allowAll';
    const named = allowed?.sourceQueueArns?.includes(queue.arn) === true;
    if (permission === 'denyAll' || (permission === 'byQueue' && !named)) return undefined;
    return { queue: target.name, after: redrive.maxReceiveCount };
  }
}

/** The value of `SenderId` for a caller. */
export function senderId(caller: Caller): string {
  if (caller.kind === 'role') return `${caller.roleArn.split('/').at(-1)}:${caller.sessionName}`;
  return caller.kind === 'service' ? caller.service : ACCOUNT_ID;
}
