import type { Clock, Timer } from './shared.ts';
import type { Catalog } from './storage/catalog.ts';
import type { Database } from './storage/database.ts';
import { type Expiration, type Expirations, expiryOf } from './storage/expirations.ts';
import { getRow } from './storage/rows.ts';
import type { ItemWriter } from './storage/writer.ts';
import { itemFromText } from './values/item-text.ts';

/** How many items are deleted before other requests get their turn. */
const MAX_ITEMS_A_SWEEP = 100;
/** AWS leaves items alone that expired longer ago: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html */
const MAX_AGE_MS = 5 * 365 * 24 * 60 * 60 * 1000;

/** Deletes expired items some time after their expiry. Until then every read shows them, as on AWS. */
export class ExpirySweep {
  readonly #clock: Clock;
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #writer: ItemWriter;
  readonly #expirations: Expirations;
  readonly #delayMs: number;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: {
    readonly clock: Clock;
    readonly database: Database;
    readonly catalog: Catalog;
    readonly writer: ItemWriter;
    readonly expirations: Expirations;
    /** From an item's expiry to its deletion. */
    readonly delayMs: number;
  }) {
    this.#clock = options.clock;
    this.#database = options.database;
    this.#catalog = options.catalog;
    this.#writer = options.writer;
    this.#expirations = options.expirations;
    this.#delayMs = options.delayMs;
  }

  /** Makes sure that the next sweep is not later than the next deletion. */
  schedule(): void {
    const next = this.#expirations.next();
    if (next === undefined || next + this.#delayMs >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = next + this.#delayMs;
    this.#timer = this.#clock.at(this.#timerAt, () => this.#sweep());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #sweep(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const due = this.#expirations.due(this.#clock.now() - this.#delayMs, MAX_ITEMS_A_SWEEP);
    this.#database.transaction(() => {
      for (const expiration of due) this.#expire(expiration);
    });
    this.schedule();
  }

  #expire(expiration: Expiration): void {
    this.#expirations.remove(expiration);
    const { tableId, key, expiresAt } = expiration;
    const table = this.#catalog.all().find(({ id }) => id === tableId);
    if (table === undefined || this.#clock.now() - expiresAt > MAX_AGE_MS) return;
    const row = getRow(this.#database, table.rows, key);
    const before = row && itemFromText(row.text);
    if (expiryOf(table, before) !== expiresAt) return;
    this.#writer.write({ table, key, before, after: undefined, expired: true });
  }
}
