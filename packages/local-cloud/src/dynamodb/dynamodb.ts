import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { AwsError } from '../shared/aws-error.ts';
import { type Authorize, logNameOf } from '../shared/caller.ts';
import type { RecordCapacity } from '../shared/capacity-log.ts';
import type { Clock } from '../shared/clock.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Service } from '../shared/service.ts';
import {
  createDynamoDbEngine,
  type DynamoDbEngine,
  type IndexLag,
  operationOf,
} from './engine/index.ts';
import { permissionsOf } from './permissions.ts';
import { tableProvider } from './table-provider.ts';

export interface DynamoDbOptions {
  /** The folder of the engine's database. */
  readonly folder: string;
  readonly clock: Clock;
  readonly authorize: Authorize;
  /**
   * Delays writes in global secondary indexes, as on AWS.
   * @default a write is visible at once
   */
  readonly indexLag?: IndexLag | undefined;
  /** Called with what each request consumed, refused ones included. */
  readonly recordCapacity?: RecordCapacity;
}

export interface DynamoDb {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  close(): void;
}

/** DynamoDB with the permissions of each request. Throws Error for data that an earlier version has written. */
export function createDynamoDb(options: DynamoDbOptions): DynamoDb {
  const { folder, clock, authorize, indexLag, recordCapacity } = options;
  refuseOldData(folder);
  const engine = createDynamoDbEngine({ folder, clock, indexLag });
  return {
    service: {
      signingName: 'dynamodb',
      protocol: 'json-1.0',
      async handle({ caller, headers, body }) {
        const operation = operationOf(headers['x-amz-target'] ?? '');
        engine.assertOperation(operation);
        const request = parse(body);
        for (const { table, ...needed } of permissionsOf(operation, request, engine.tables)) {
          authorize({ caller, ...needed, ...resourcePolicy(engine, table) });
        }
        const result = engine.execute(operation, request, (consumed) => {
          const time = new Date(clock.now()).toISOString();
          for (const units of consumed) {
            recordCapacity?.({ time, caller: logNameOf(caller), operation, ...units });
          }
        });
        const response = Buffer.from(JSON.stringify(result));
        return {
          status: 200,
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'x-amz-crc32': String(crc32(response)),
          },
          body: response,
        };
      },
    },
    providers: [tableProvider(engine)] as ResourceProvider[],
    close: () => engine.close(),
  };
}

function resourcePolicy({ tables }: DynamoDbEngine, name: string | undefined) {
  const policy = name === undefined ? undefined : tables.find(name)?.definition.policy;
  return policy === undefined ? {} : { resourcePolicy: JSON.parse(policy.document) as unknown };
}

function parse(body: Buffer): unknown {
  try {
    const parsed: unknown = JSON.parse(body.toString() || '{}');
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // The error is the same as for JSON that is not an object.
  }
  throw new AwsError('SerializationException', 'The request is not a JSON object.');
}

/** The file with the access key of DynamoDB Local, which earlier versions used. */
function refuseOldData(folder: string): void {
  if (!existsSync(join(folder, 'access-key'))) return;
  throw new Error(
    `The tables in ${folder} were written by an earlier version, with DynamoDB Local. This version cannot read them. Remove the data folder (npm run reset), or go back to that version.`,
  );
}
