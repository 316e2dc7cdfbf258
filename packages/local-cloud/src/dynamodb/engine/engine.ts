import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CapacityMeter, type ConsumedUnits } from './capacity.ts';
import type { Context } from './context.ts';
import { ExpirySweep } from './expiry-sweep.ts';
import { OPERATIONS } from './operations/operations.ts';
import { unknownOperation } from './operations/unsupported.ts';
import type { Clock } from './shared.ts';
import { CATALOG_SCHEMA, Catalog } from './storage/catalog.ts';
import { Database } from './storage/database.ts';
import { EXPIRATIONS_SCHEMA, Expirations } from './storage/expirations.ts';
import { GlobalEntries, INDEX_LAG_SCHEMA, type IndexLag } from './storage/index-lag.ts';
import { ITEM_COLLECTIONS_SCHEMA, ItemCollections } from './storage/item-collections.ts';
import { STREAMS_SCHEMA, StreamLog } from './storage/stream-log.ts';
import { TOKENS_SCHEMA, TransactionTokens } from './storage/tokens.ts';
import { ItemWriter } from './storage/writer.ts';
import { type TransactionConflictOptions, TransactionConflicts } from './transaction-conflicts.ts';

export interface DynamoDbEngineOptions {
  /** Where the database lies; made where it is missing. One process at a time has it open. */
  readonly folder: string;
  readonly clock: Clock;
  /** Writes show in global secondary indexes after a while. @default at once */
  readonly indexLag?: IndexLag | undefined;
  /** Some write transactions are cancelled with the reason TransactionConflict. @default none */
  readonly transactionConflicts?: TransactionConflictOptions | undefined;
  /** From an item's expiry to its deletion, in ms. AWS takes up to two days. @default 15 minutes */
  readonly expiryDelayMs?: number | undefined;
  /** The largest item collection of a table with local indexes, for tests. @default 10 GiB */
  readonly maxItemCollectionBytes?: number | undefined;
  /** Makes table ids and policy revisions. @default random UUIDs */
  readonly newId?: (() => string) | undefined;
}

export interface DynamoDbEngine {
  /**
   * Does one request, whole, before it returns.
   * @param operation without the service's prefix: `PutItem`
   * @param body the request as parsed JSON, binary in base64
   * @param onConsumed called with the units that the request consumed, also when it is refused
   * @returns the response, to be written as JSON
   * @throws AwsError with the code and message of AWS
   */
  execute(
    operation: string,
    body: unknown,
    onConsumed?: (units: readonly ConsumedUnits[]) => void,
  ): object;
  /** Throws AwsError UnknownOperationException for an operation that the engine does not support. */
  assertOperation(operation: string): void;
  /** The definitions of the tables: keys and indexes for `accessOf`, settings, resource policy. */
  readonly tables: Pick<Catalog, 'find'>;
  close(): void;
}

const DEFAULT_EXPIRY_DELAY_MS = 15 * 60 * 1000;

export function createDynamoDbEngine(options: DynamoDbEngineOptions): DynamoDbEngine {
  const { folder, clock, indexLag, expiryDelayMs = DEFAULT_EXPIRY_DELAY_MS } = options;
  const database = new Database(
    join(folder, 'dynamodb.sqlite'),
    CATALOG_SCHEMA +
      INDEX_LAG_SCHEMA +
      EXPIRATIONS_SCHEMA +
      ITEM_COLLECTIONS_SCHEMA +
      STREAMS_SCHEMA +
      TOKENS_SCHEMA,
  );
  const catalog = new Catalog(database);
  const entries = new GlobalEntries(database, clock, indexLag);
  const expirations = new Expirations(database);
  const collections = new ItemCollections(database, options.maxItemCollectionBytes);
  const streams = new StreamLog(database, clock);
  const writer = new ItemWriter(database, entries, expirations, collections, streams);
  const sweep = new ExpirySweep({
    clock,
    database,
    catalog,
    writer,
    expirations,
    delayMs: expiryDelayMs,
  });
  const context: Context = {
    clock,
    database,
    catalog,
    writer,
    entries,
    expirations,
    collections,
    streams,
    tokens: new TransactionTokens(database, clock),
    conflicts: new TransactionConflicts(options.transactionConflicts),
    capacity: new CapacityMeter(),
    newId: options.newId ?? randomUUID,
    scheduleExpiry: () => sweep.schedule(),
  };
  if (!entries.lags) applyAll(context);
  sweep.schedule();
  const find = (operation: string) => {
    const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
    if (run === undefined) throw unknownOperation(operation, Object.keys(OPERATIONS));
    return run;
  };
  return {
    tables: catalog,
    assertOperation(operation) {
      find(operation);
    },
    execute(operation, body, onConsumed) {
      try {
        return find(operation)(context, body);
      } finally {
        const consumed = context.capacity.take();
        if (consumed.length > 0) onConsumed?.(consumed);
      }
    },
    close() {
      sweep.stop();
      database.close();
    },
  };
}

/** An earlier run may have had a lag; what it left is due now. */
function applyAll({ catalog, entries }: Context): void {
  for (const table of catalog.all()) {
    for (const index of table.indexes) {
      if (index.isGlobal) entries.apply(index, Number.MAX_SAFE_INTEGER);
    }
  }
}
