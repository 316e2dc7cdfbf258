import { resourceNotFound } from '../errors.ts';
import type { TableDefinition } from '../tables/definition.ts';
import { Table } from '../tables/table.ts';
import type { Database } from './database.ts';
import { createEntries, createItems, dropRows } from './rows.ts';

export const CATALOG_SCHEMA = `
  CREATE TABLE IF NOT EXISTS tables (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS index_ids (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
`;

/** The tables by name, in the database and in memory. */
export class Catalog {
  readonly #database: Database;
  readonly #tables = new Map<string, Table>();

  constructor(database: Database) {
    this.#database = database;
    for (const row of database.statement('SELECT id, definition FROM tables').all()) {
      const [id, definition] = row as unknown as readonly [number, string];
      const table = new Table(id, JSON.parse(definition) as TableDefinition);
      this.#tables.set(table.name, table);
    }
  }

  all(): readonly Table[] {
    return [...this.#tables.values()];
  }

  /** @param reference a table's name or ARN */
  find(reference: string): Table | undefined {
    return this.#tables.get(nameOf(reference));
  }

  get(reference: string): Table {
    const table = this.find(reference);
    if (table === undefined) throw resourceNotFound();
    return table;
  }

  newIndexId(): number {
    const { lastInsertRowid } = this.#database
      .statement('INSERT INTO index_ids DEFAULT VALUES')
      .run();
    return Number(lastInsertRowid);
  }

  /** @param work what else changes with the definition, in the same transaction */
  create(definition: TableDefinition, work: () => void = () => {}): Table {
    const table = this.#database.transaction(() => {
      const { lastInsertRowid } = this.#database
        .statement('INSERT INTO tables (name, definition) VALUES (?, ?)')
        .run(definition.name, JSON.stringify(definition));
      const created = new Table(Number(lastInsertRowid), definition);
      createItems(this.#database, created.rows);
      for (const index of created.indexes) createEntries(this.#database, index.rows);
      work();
      return created;
    });
    this.#tables.set(table.name, table);
    return table;
  }

  /** @param work what else changes with the definition, in the same transaction */
  update(table: Table, definition: TableDefinition, work: (next: Table) => void = () => {}): Table {
    const next = new Table(table.id, definition);
    this.#database.transaction(() => {
      this.#database
        .statement('UPDATE tables SET definition = ? WHERE id = ?')
        .run(JSON.stringify(definition), table.id);
      work(next);
    });
    this.#tables.set(next.name, next);
    return next;
  }

  delete(table: Table, work: () => void): void {
    this.#database.transaction(() => {
      this.#database.statement('DELETE FROM tables WHERE id = ?').run(table.id);
      for (const index of table.indexes) dropRows(this.#database, index.rows);
      dropRows(this.#database, table.rows);
      work();
    });
    this.#tables.delete(table.name);
  }
}

function nameOf(reference: string): string {
  return reference.startsWith('arn:') ? reference.slice(reference.lastIndexOf('/') + 1) : reference;
}
