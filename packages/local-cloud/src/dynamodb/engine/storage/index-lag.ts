import { pseudoRandom } from '../pseudo-random.ts';
import type { Clock } from '../shared.ts';
import type { Index } from '../tables/table.ts';
import type { Database } from './database.ts';
import { deleteRow, putRow, type StoredItem } from './rows.ts';

export const INDEX_LAG_SCHEMA = `
  CREATE TABLE IF NOT EXISTS pending_entries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    index_id INTEGER NOT NULL,
    item_key BLOB NOT NULL,
    visible_at INTEGER NOT NULL,
    old_key BLOB,
    new_key BLOB,
    size INTEGER,
    item TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS pending_by_time ON pending_entries (index_id, visible_at, sequence);
  CREATE INDEX IF NOT EXISTS pending_by_item ON pending_entries (index_id, item_key, visible_at);
`;

export interface IndexLag {
  /** Starts the pseudo-random generator: the same seed gives the same delays. */
  readonly seed: number;
  /** The longest delay, in milliseconds. */
  readonly maxMs: number;
}

/** How one write changes an index: the entry that goes and the one that comes. */
interface EntryChange {
  readonly index: Index;
  readonly itemKey: Buffer;
  readonly oldKey?: Uint8Array | undefined;
  readonly newKey?: Uint8Array | undefined;
  readonly entry?: StoredItem | undefined;
}

type PendingRow = readonly [
  number,
  Uint8Array | null,
  Uint8Array | null,
  number | null,
  string | null,
];

/**
 * The entries of global indexes. With a lag, a write shows in an index only after a while, each write after
 * another one; the writes of one item stay in their order. What is due is applied when the index is used.
 */
export class GlobalEntries {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #delay: (() => number) | undefined;

  constructor(database: Database, clock: Clock, lag: IndexLag | undefined) {
    this.#database = database;
    this.#clock = clock;
    this.#delay = lag === undefined ? undefined : delays(lag);
  }

  change(change: EntryChange): void {
    if (this.#delay === undefined) {
      applyChange(this.#database, change);
      return;
    }
    const { index, itemKey, oldKey, newKey, entry } = change;
    const last = this.#database
      .statement('SELECT max(visible_at) FROM pending_entries WHERE index_id = ? AND item_key = ?')
      .get(index.definition.id, itemKey) as unknown as readonly [number | null] | undefined;
    const visibleAt = Math.max(this.#clock.now() + this.#delay(), last?.[0] ?? 0);
    this.#database
      .statement(
        'INSERT INTO pending_entries (index_id, item_key, visible_at, old_key, new_key, size, item) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        index.definition.id,
        itemKey,
        visibleAt,
        oldKey ?? null,
        newKey ?? null,
        entry?.size ?? null,
        entry?.text ?? null,
      );
  }

  /** Whether writes show later; without a lag, entries may be left from a run that had one. */
  get lags(): boolean {
    return this.#delay !== undefined;
  }

  /** Applies what is due: call it before the index is read. */
  apply(index: Index, now = this.#clock.now()): void {
    const due = this.#database
      .statement(
        'SELECT sequence, old_key, new_key, size, item FROM pending_entries WHERE index_id = ? AND visible_at <= ? ORDER BY visible_at, sequence',
      )
      .all(index.definition.id, now) as unknown as readonly PendingRow[];
    if (due.length === 0) return;
    this.#database.transaction(() => {
      for (const [sequence, oldKey, newKey, size, text] of due) {
        applyChange(this.#database, {
          index,
          oldKey: oldKey ?? undefined,
          newKey: newKey ?? undefined,
          entry: text === null || size === null ? undefined : { text, size },
        });
        this.#database.statement('DELETE FROM pending_entries WHERE sequence = ?').run(sequence);
      }
    });
  }

  forget(index: Index): void {
    this.#database
      .statement('DELETE FROM pending_entries WHERE index_id = ?')
      .run(index.definition.id);
  }
}

function applyChange(database: Database, change: Omit<EntryChange, 'itemKey'>): void {
  const { index, oldKey, newKey, entry } = change;
  const moves =
    newKey === undefined || (oldKey !== undefined && Buffer.compare(oldKey, newKey) !== 0);
  if (oldKey !== undefined && moves) {
    deleteRow(database, index.rows, oldKey);
  }
  if (newKey !== undefined && entry !== undefined) putRow(database, index.rows, newKey, entry);
}

function delays({ seed, maxMs }: IndexLag): () => number {
  const random = pseudoRandom(seed);
  return () => Math.floor(random() * (maxMs + 1));
}
