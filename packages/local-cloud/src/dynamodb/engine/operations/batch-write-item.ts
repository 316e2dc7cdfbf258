import type { Context } from '../context.ts';
import { validationError } from '../errors.ts';
import { batchWriteItem } from '../requests/item-requests.ts';
import { readRequest } from '../requests/read-request.ts';
import { collectionMetrics } from './collection-metrics.ts';
import { findItem } from './stored.ts';
import { type PreparedWrite, prepareDelete, preparePut } from './write-action.ts';

const MAX_WRITES = 25;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

export function batchWriteItemOperation(context: Context, body: unknown): object {
  const request = readRequest(batchWriteItem, body);
  const requests = Object.entries(request.RequestItems);
  if (requests.length === 0) {
    throw validationError('The requestItems parameter is required for BatchWriteItem');
  }
  if (requests.reduce((sum, [, writes]) => sum + writes.length, 0) > MAX_WRITES) {
    throw validationError('Too many items requested for the BatchWriteItem call');
  }
  assertRequestSize(body);
  const prepared = requests.map(([name, writes]) => ({ name, writes: writes.map(prepare) }));
  const bound = prepared.map(({ name, writes }) => {
    const table = context.catalog.get(name);
    return { name, table, actions: writes.map((write) => write(table)) };
  });
  for (const { actions } of bound) {
    if (new Set(actions.map(({ key }) => key.toString('latin1'))).size < actions.length) {
      throw validationError('Provided list of item keys contains duplicates');
    }
  }
  const consumed: object[] = [];
  const metrics: Record<string, object[]> = {};
  context.database.transaction(() => {
    for (const { name, table, actions } of bound) {
      const capacity = context.capacity.count(table, 'write');
      for (const { key, keyItem, next } of actions) {
        const before = findItem(context, table, key)?.item;
        capacity.addWrite(context.writer.write({ table, key, before, after: next(before) }));
        const each = collectionMetrics(
          context,
          table,
          keyItem,
          request.ReturnItemCollectionMetrics,
        );
        if (each) metrics[name] = [...(metrics[name] ?? []), each];
      }
      const each = capacity.response(request.ReturnConsumedCapacity);
      if (each) consumed.push(each);
    }
  });
  context.scheduleExpiry();
  return {
    UnprocessedItems: {},
    ...(Object.keys(metrics).length > 0 && { ItemCollectionMetrics: metrics }),
    ...(consumed.length > 0 && { ConsumedCapacity: consumed }),
  };
}

/** The documentation says that a larger request is refused, but not with which message. */
function assertRequestSize(body: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes <= MAX_REQUEST_BYTES) return;
  throw validationError(
    `The total request size exceeds 16 MB: the request has ${bytes} bytes; at most ${MAX_REQUEST_BYTES} are allowed.`,
  );
}

type Attributes = Readonly<Record<string, unknown>>;

function prepare({
  PutRequest,
  DeleteRequest,
}: {
  readonly PutRequest?: { readonly Item: Attributes } | undefined;
  readonly DeleteRequest?: { readonly Key: Attributes } | undefined;
}): PreparedWrite {
  if (PutRequest !== undefined && DeleteRequest === undefined) return preparePut(PutRequest);
  if (DeleteRequest !== undefined && PutRequest === undefined) return prepareDelete(DeleteRequest);
  throw validationError(
    'A write request must contain exactly one of PutRequest and DeleteRequest.',
  );
}
