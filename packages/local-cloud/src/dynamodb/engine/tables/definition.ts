import type { KeyAttribute } from '../expressions/key-condition.ts';
import type { KeyType } from '../values/key-encoding.ts';
import type { StreamDefinition } from './stream-definition.ts';

export interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: KeyType;
}

export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

export interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

export interface OnDemandThroughput {
  readonly MaxReadRequestUnits?: number | undefined;
  readonly MaxWriteRequestUnits?: number | undefined;
}

export interface IndexDefinition {
  /** Names the index's rows in the database; never used twice. */
  readonly id: number;
  readonly kind: 'local' | 'global';
  readonly name: string;
  readonly keySchema: readonly KeySchemaElement[];
  readonly projection: {
    readonly type: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
    readonly attributes: readonly string[];
  };
  readonly throughput?: Throughput | undefined;
  readonly onDemandThroughput?: OnDemandThroughput | undefined;
}

/** All that is known of a table except its items, as it is stored. */
export interface TableDefinition {
  readonly name: string;
  /** A UUID, as DescribeTable shows it. */
  readonly tableId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly attributes: readonly AttributeDefinition[];
  readonly keySchema: readonly KeySchemaElement[];
  readonly indexes: readonly IndexDefinition[];
  readonly billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  readonly throughput?: Throughput | undefined;
  readonly onDemandThroughput?: OnDemandThroughput | undefined;
  readonly tableClass?: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS' | undefined;
  readonly encryption?: { readonly type: string; readonly key?: string | undefined } | undefined;
  readonly deletionProtection: boolean;
  /** The latest stream. */
  readonly stream?: StreamDefinition | undefined;
  /** The attribute that holds an item's expiry, where time to live is on. */
  readonly expiryAttribute?: string | undefined;
  readonly recovery?: { readonly days: number; readonly since: number } | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: { readonly document: string; readonly revision: string } | undefined;
  /** Item count and size are counted about every six hours, as on AWS. */
  readonly counted: { readonly at: number; readonly counts: Readonly<Record<string, Counts>> };
}

export interface Counts {
  readonly items: number;
  readonly bytes: number;
}

export interface KeyAttributes {
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute | undefined;
}

export function keyAttributes(
  schema: readonly KeySchemaElement[],
  definitions: readonly AttributeDefinition[],
): KeyAttributes {
  const find = (keyType: 'HASH' | 'RANGE'): KeyAttribute | undefined => {
    const name = schema.find((element) => element.KeyType === keyType)?.AttributeName;
    const type = definitions.find((each) => each.AttributeName === name)?.AttributeType;
    return name === undefined || type === undefined ? undefined : { name, type };
  };
  const partition = find('HASH');
  if (partition === undefined) throw new TypeError('A key schema has a partition key.');
  const sort = find('RANGE');
  return sort === undefined ? { partition } : { partition, sort };
}
