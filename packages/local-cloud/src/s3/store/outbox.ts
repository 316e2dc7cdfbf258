import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Clock, Timer } from '../../shared/clock.ts';
import type { CloudEvent, EmitEvent } from '../../shared/events.ts';

/** The delay after an event was refused. */
const RETRY_MS = 1000;

/**
 * Events that are written in the transaction of their change, and deleted only when the bus has accepted
 * them. After a crash they are delivered again, so each one is delivered at least once.
 */
export class Outbox {
  readonly #emit: EmitEvent;
  readonly #clock: Clock;
  readonly #insert: StatementSync;
  readonly #next: StatementSync;
  readonly #delete: StatementSync;
  #timer: Timer | undefined;
  #closed = false;

  constructor(database: DatabaseSync, emit: EmitEvent, clock: Clock) {
    this.#emit = emit;
    this.#clock = clock;
    this.#insert = database.prepare('INSERT INTO outbox (event) VALUES (?)');
    this.#next = database.prepare('SELECT id, event FROM outbox ORDER BY id LIMIT 100');
    this.#delete = database.prepare('DELETE FROM outbox WHERE id = ?');
  }

  /** Call it within the transaction of the change. */
  add(event: CloudEvent): void {
    this.#insert.run(JSON.stringify(event));
  }

  /** Delivers the events on the next turn of the event loop. */
  deliverSoon(): void {
    if (this.#timer || this.#closed) return;
    this.#arm(this.#clock.now());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #arm(instant: number): void {
    this.#timer = this.#clock.at(instant, () => {
      this.#timer = undefined;
      this.#deliver();
    });
  }

  #deliver(): void {
    for (;;) {
      const rows = this.#next.all();
      if (rows.length === 0) return;
      for (const { id, event } of rows) {
        try {
          this.#emit(JSON.parse(String(event)) as CloudEvent);
        } catch {
          this.#arm(this.#clock.now() + RETRY_MS);
          return;
        }
        this.#delete.run(Number(id));
      }
    }
  }
}
