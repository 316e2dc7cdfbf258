import type { WrittenBytes } from './storage/writer.ts';
import type { Table } from './tables/table.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/** An eventually consistent read costs half of a consistent one, a transaction's twice as much. */
type ReadKind = 'eventual' | 'consistent' | 'transaction';
const READ_FACTORS: Readonly<Record<ReadKind, number>> = {
  eventual: 0.5,
  consistent: 1,
  transaction: 2,
};

export function readUnits(bytes: number, kind: ReadKind): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * READ_FACTORS[kind];
}

function writeUnits(bytes: number, inTransaction = false): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES)) * (inTransaction ? 2 : 1);
}

export type ReturnConsumedCapacity = 'INDEXES' | 'TOTAL' | 'NONE' | undefined;
type Units = { CapacityUnits: number; ReadCapacityUnits?: number; WriteCapacityUnits?: number };

/** The capacity that one request uses of one table and its indexes. */
export class ConsumedCapacity {
  readonly #table: Table;
  readonly #split: 'ReadCapacityUnits' | 'WriteCapacityUnits' | undefined;
  #tableUnits = 0;
  readonly #indexUnits = new Map<string, number>();

  /** @param split transactions also tell which kind of units they use */
  constructor(table: Table, split?: 'ReadCapacityUnits' | 'WriteCapacityUnits') {
    this.#table = table;
    this.#split = split;
  }

  addTable(units: number): void {
    this.#tableUnits += units;
  }

  addIndex(name: string, units: number): void {
    this.#indexUnits.set(name, (this.#indexUnits.get(name) ?? 0) + units);
  }

  addWrite(written: WrittenBytes, inTransaction = false): void {
    this.addTable(writeUnits(written.table, inTransaction));
    for (const { index, writes } of written.indexes) {
      for (const bytes of writes) this.addIndex(index.name, writeUnits(bytes, inTransaction));
    }
  }

  /** The member `ConsumedCapacity`; undefined where the request does not ask for it. */
  response(wanted: ReturnConsumedCapacity): object | undefined {
    if (wanted === undefined || wanted === 'NONE') return undefined;
    let total = this.#tableUnits;
    for (const units of this.#indexUnits.values()) total += units;
    const response = { TableName: this.#table.name, ...this.#units(total) };
    if (wanted === 'TOTAL') return response;
    return {
      ...response,
      Table: this.#units(this.#tableUnits),
      ...this.#indexes('LocalSecondaryIndexes', false),
      ...this.#indexes('GlobalSecondaryIndexes', true),
    };
  }

  #units(units: number): Units {
    return this.#split === undefined
      ? { CapacityUnits: units }
      : { CapacityUnits: units, [this.#split]: units };
  }

  #indexes(member: string, isGlobal: boolean): object {
    const entries = [...this.#indexUnits]
      .filter(([name]) => this.#table.index(name)?.isGlobal === isGlobal)
      .map(([name, units]) => [name, this.#units(units)] as const);
    return entries.length === 0 ? {} : { [member]: Object.fromEntries(entries) };
  }
}
