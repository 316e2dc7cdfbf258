import { type ConsumedCapacity, readUnits } from '../capacity.ts';
import type { Context } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { holds } from '../expressions/evaluate-condition.ts';
import { type Projection, projection } from '../expressions/project.ts';
import { type KeyRange, readRows } from '../storage/rows.ts';
import { pick } from '../tables/table.ts';
import type { Item } from '../values/attribute-value.ts';
import { itemFromText } from '../values/item-text.ts';
import type { ReadExpressions, ReadRequest } from './read-expressions.ts';
import type { ReadTarget } from './read-target.ts';
import { findItem } from './stored.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html */
const MAX_PAGE_BYTES = 1024 * 1024;
/** Rows that are read from the database at a time. */
const ROWS_A_READ = 250;

interface PageRead {
  readonly target: ReadTarget;
  readonly range: KeyRange;
  readonly reverse: boolean;
  readonly request: ReadRequest;
  readonly expressions: ReadExpressions;
}

/** Reads one page of a query or scan, and makes the response. */
export function readPage(context: Context, read: PageRead): object {
  const { target, request } = read;
  const { table, index } = target;
  if (index?.isGlobal) context.entries.apply(index);
  const fetches = fetchesFromTable(read);
  const project = projectionOf(read);
  const limit = request.Limit ?? Number.MAX_SAFE_INTEGER;
  const kind = request.ConsistentRead === true ? 'consistent' : 'eventual';
  const capacity = context.capacity.count(table, 'read');
  const items: Item[] = [];
  let count = 0;
  let scanned = 0;
  let bytes = 0;
  let last: Item | undefined;
  let full = false;
  for (const { item, size } of rowsOf(context, read, limit)) {
    if (scanned > 0 && bytes + size > MAX_PAGE_BYTES) {
      full = true;
      break;
    }
    bytes += size;
    scanned += 1;
    last = item;
    const whole = fetches ? fetched(context, target, item, capacity, kind) : item;
    if (read.expressions.filter && !holds(read.expressions.filter, whole)) continue;
    count += 1;
    if (request.Select !== 'COUNT') items.push(project ? project(whole) : whole);
  }
  const units = readUnits(bytes, kind);
  if (index) capacity.addIndex(index.name, units);
  else capacity.addTable(units);
  const more = full || scanned === limit;
  const consumed = capacity.response(request.ReturnConsumedCapacity);
  return {
    ...(request.Select !== 'COUNT' && { Items: items }),
    Count: count,
    ScannedCount: scanned,
    ...(more && last && { LastEvaluatedKey: pick(last, index?.keyNames ?? table.keyNames) }),
    ...(consumed && { ConsumedCapacity: consumed }),
  };
}

function* rowsOf(context: Context, { target, range, reverse }: PageRead, limit: number) {
  let rest = range;
  for (let left = limit; left > 0; ) {
    const wanted = Math.min(left, ROWS_A_READ);
    const rows = readRows(context.database, target.rows, rest, { reverse, limit: wanted });
    let item: Item | undefined;
    for (const { text, size } of rows) {
      item = itemFromText(text);
      yield { item, size };
    }
    if (rows.length < wanted || item === undefined) return;
    left -= rows.length;
    rest = behind(rest, keyIn(target, item), reverse);
  }
}

/** The part of a range that comes behind a key, in the order of reading. */
export function behind(range: KeyRange, key: Buffer, reverse: boolean): KeyRange {
  return reverse
    ? { from: range.from, to: key }
    : { from: Buffer.concat([key, Buffer.alloc(1)]), to: range.to };
}

export function keyIn({ table, index }: ReadTarget, item: Item): Buffer {
  const key = index === undefined ? table.keyOf(item) : index.keyOf(item);
  if (key === undefined) throw new TypeError('An entry of an index has the key of the index.');
  return key;
}

/** A local index fetches what it does not project; a global index cannot. */
function fetchesFromTable({ target: { index }, request, expressions }: PageRead): boolean {
  if (index === undefined || index.projectsAll) return false;
  if (index.isGlobal) {
    assertProjected(index.name, request, expressions, (name) => index.projects(name));
    return false;
  }
  if (request.Select === 'ALL_ATTRIBUTES') return true;
  return projectedNames(expressions).some((name) => !index.projects(name));
}

function assertProjected(
  index: string,
  request: ReadRequest,
  expressions: ReadExpressions,
  projects: (attribute: string) => boolean,
): void {
  if (request.Select === 'ALL_ATTRIBUTES') {
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index} because its projection type is not ALL`,
    );
  }
  const missing = projectedNames(expressions).filter((name) => !projects(name));
  if (missing.length > 0) {
    throw invalidParameter(
      `Global secondary index ${index} does not project [${missing.join(', ')}]`,
    );
  }
}

function projectedNames({ projected = [] }: ReadExpressions): readonly string[] {
  return projected.map(([name]) => String(name));
}

function projectionOf({ expressions }: PageRead): Projection | undefined {
  return expressions.projected && projection(expressions.projected);
}

function fetched(
  context: Context,
  { table }: ReadTarget,
  entry: Item,
  capacity: ConsumedCapacity,
  kind: 'consistent' | 'eventual',
): Item {
  const found = findItem(context, table, table.keyOf(entry));
  capacity.addTable(readUnits(found?.size ?? 0, kind));
  return found?.item ?? entry;
}
