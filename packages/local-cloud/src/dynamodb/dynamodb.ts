import { randomSecret } from '../iam/access-key.ts';
import { ACCOUNT_ID, arn } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize } from '../shared/caller.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Service } from '../shared/service.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';
import type { Environment } from './java-process.ts';
import type { PartitionKeys } from './leading-keys.ts';
import { needsOf } from './operations.ts';
import { tableProvider } from './table-provider.ts';

export interface DynamoDbOptions {
  /** The engine's own folder: Amazon's files and the key to them. */
  readonly folder: string;
  readonly authorize: Authorize;
  /** Default: the process's own; where Java is found. */
  readonly environment?: Environment;
}

export interface DynamoDb {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  /** Settles once DynamoDB Local answers; rejects where it cannot be started. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

const TARGET = 'DynamoDB_20120810.';

/**
 * DynamoDB: each call's permissions are checked here, the work is done by Amazon's DynamoDB Local, whose
 * answers pass through as they are. Starts it at once and does not wait for it.
 */
export function createDynamoDb({
  folder,
  authorize,
  environment = process.env,
}: DynamoDbOptions): DynamoDb {
  const local = startDynamoDbLocal({ folder, secret: randomSecret, environment });
  const keys = new Map<string, PartitionKeys>();
  const ready = local.then(() => {});
  // Whoever awaits `ready` hears of it; a start that fails earlier must not end the process.
  ready.catch(() => {});
  return {
    service: {
      signingName: 'dynamodb',
      protocol: 'json-1.0',
      async handle({ caller, headers, body }) {
        const target = headers['x-amz-target'] ?? '';
        const operation = target.startsWith(TARGET) ? target.slice(TARGET.length) : target;
        for (const need of needsOf(operation, parse(body), (name) => keys.get(name))) {
          authorize({ caller, ...need });
        }
        return forward(await local, operation, body);
      },
    },
    providers: [tableProvider(local, (name, each) => keys.set(name, each))] as ResourceProvider[],
    ready,
    async close() {
      const running = await local.catch(() => undefined);
      await running?.close();
    },
  };
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString() || '{}');
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch {
    // Answered below, with everything else that is no object.
  }
  throw new AwsError('SerializationException', 'The body is no JSON object.');
}

/** DynamoDB Local names a region of its own in ARNs, whatever the request's region is. */
const OWN_ARN = `arn:aws:dynamodb:ddblocal:${ACCOUNT_ID}:`;

async function forward(local: DynamoDbLocal, operation: string, body: Buffer) {
  const answer = await local.send(operation, body);
  const headers: Record<string, string> = { 'content-type': 'application/x-amz-json-1.0' };
  if (operation.endsWith('Table')) {
    const corrected = answer.body.toString().replaceAll(OWN_ARN, arn('dynamodb', ''));
    return { status: answer.status, headers, body: corrected };
  }
  for (const name of ['x-amz-crc32', 'x-amzn-requestid']) {
    const value = answer.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  return { status: answer.status, headers, body: answer.body };
}
