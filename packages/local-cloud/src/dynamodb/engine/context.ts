import type { CapacityMeter } from './capacity.ts';
import type { Clock } from './shared.ts';
import type { Catalog } from './storage/catalog.ts';
import type { Database } from './storage/database.ts';
import type { Expirations } from './storage/expirations.ts';
import type { GlobalEntries } from './storage/index-lag.ts';
import type { ItemCollections } from './storage/item-collections.ts';
import type { StreamLog } from './storage/stream-log.ts';
import type { TransactionTokens } from './storage/tokens.ts';
import type { ItemWriter } from './storage/writer.ts';
import type { TransactionConflicts } from './transaction-conflicts.ts';

/** What the operations work with. */
export interface Context {
  readonly clock: Clock;
  readonly database: Database;
  readonly catalog: Catalog;
  readonly writer: ItemWriter;
  readonly entries: GlobalEntries;
  readonly expirations: Expirations;
  readonly collections: ItemCollections;
  readonly streams: StreamLog;
  readonly tokens: TransactionTokens;
  readonly conflicts: TransactionConflicts;
  readonly capacity: CapacityMeter;
  /** A new UUID. */
  readonly newId: () => string;
  /** Call it when an expiry may have become the next one. */
  readonly scheduleExpiry: () => void;
}
