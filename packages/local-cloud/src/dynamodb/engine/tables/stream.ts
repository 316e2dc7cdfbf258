import type { KeySchemaElement } from './definition.ts';
import type { StreamViewType } from './stream-definition.ts';

/** A stream of a table that may be gone. Instants are ms since the epoch. */
export interface Stream {
  readonly id: number;
  readonly tableName: string;
  readonly label: string;
  readonly viewType: StreamViewType;
  readonly keySchema: readonly KeySchemaElement[];
  readonly createdAt: number;
  /** The position of the last record of any stream before its own first one. */
  readonly startsAfter: number;
  readonly disabledAt?: number | undefined;
}

/**
 * A stream has one shard: AWS divides a stream by partitions and time, which a consumer must not rely on.
 * The id has the length and form of AWS's.
 */
export function shardId({ createdAt, id }: Stream): string {
  return `shardId-${String(createdAt).padStart(20, '0')}-${id.toString(16).padStart(8, '0')}`;
}
