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

export function writeUnits(bytes: number, inTransaction = false): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES)) * (inTransaction ? 2 : 1);
}

export type ReturnConsumedCapacity = 'INDEXES' | 'TOTAL' | 'NONE' | undefined;
type Units = { CapacityUnits: number; ReadCapacityUnits?: number; WriteCapacityUnits?: number };

/** The units that a request consumed of one table with its indexes, whether its response reports them or not. */
export interface ConsumedUnits {
  readonly table: string;
  readonly readUnits: number;
  readonly writeUnits: number;
}

type UnitKind = 'read' | 'write';

/** Counts the capacity of one request after the other. */
export class CapacityMeter {
  #counts: ConsumedCapacity[] = [];

  /** A count for one table. @param inTransaction the response also says which kind of units they are */
  count(table: Table, kind: UnitKind, inTransaction = false): ConsumedCapacity {
    const counted = new ConsumedCapacity(table, kind, inTransaction);
    this.#counts.push(counted);
    return counted;
  }

  /** What was counted since the last call. */
  take(): readonly ConsumedUnits[] {
    const counts = this.#counts;
    this.#counts = [];
    return counts
      .map((each) => each.consumed())
      .filter((each) => each.readUnits + each.writeUnits > 0);
  }
}

/** The capacity that one request uses of one table and its indexes. */
export class ConsumedCapacity {
  readonly #table: Table;
  readonly #kind: UnitKind;
  readonly #inTransaction: boolean;
  #tableUnits = 0;
  readonly #indexUnits = new Map<string, number>();

  constructor(table: Table, kind: UnitKind, inTransaction: boolean) {
    this.#table = table;
    this.#kind = kind;
    this.#inTransaction = inTransaction;
  }

  consumed(): ConsumedUnits {
    const units = this.#total();
    return {
      table: this.#table.name,
      readUnits: this.#kind === 'read' ? units : 0,
      writeUnits: this.#kind === 'write' ? units : 0,
    };
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
    const response = { TableName: this.#table.name, ...this.#units(this.#total()) };
    if (wanted === 'TOTAL') return response;
    return {
      ...response,
      Table: this.#units(this.#tableUnits),
      ...this.#indexes('LocalSecondaryIndexes', false),
      ...this.#indexes('GlobalSecondaryIndexes', true),
    };
  }

  #total(): number {
    let total = this.#tableUnits;
    for (const units of this.#indexUnits.values()) total += units;
    return total;
  }

  #units(units: number): Units {
    if (!this.#inTransaction) return { CapacityUnits: units };
    const member = this.#kind === 'read' ? 'ReadCapacityUnits' : 'WriteCapacityUnits';
    return { CapacityUnits: units, [member]: units };
  }

  #indexes(member: string, isGlobal: boolean): object {
    const entries = [...this.#indexUnits]
      .filter(([name]) => this.#table.index(name)?.isGlobal === isGlobal)
      .map(([name, units]) => [name, this.#units(units)] as const);
    return entries.length === 0 ? {} : { [member]: Object.fromEntries(entries) };
  }
}
