import type { DatabaseSync } from 'node:sqlite';
import type { CloudEvent } from '../shared/events.ts';

export const EVENTS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS arrived (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    bus TEXT NOT NULL,
    event TEXT NOT NULL,
    accepted_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rule_arn TEXT NOT NULL,
    target_id TEXT NOT NULL,
    event TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS schedules (rule_arn TEXT PRIMARY KEY, expression TEXT NOT NULL, next_at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS rules (arn TEXT PRIMARY KEY, name TEXT NOT NULL, properties TEXT NOT NULL) STRICT;
`;

/** The delivery of an event to one target. Times are ms since the epoch; `attempts` counts the failed ones. */
export interface Delivery {
  readonly id: number;
  readonly ruleArn: string;
  readonly targetId: string;
  readonly event: CloudEvent;
  readonly acceptedAt: number;
  readonly dueAt: number;
  readonly attempts: number;
}

/** Events that are accepted and not delivered yet. */
export class DeliveryStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Stores an event that came before the rules were loaded. */
  hold(bus: string, event: CloudEvent, acceptedAt: number): void {
    this.#database
      .prepare('INSERT INTO arrived (bus, event, accepted_at) VALUES (?, ?, ?)')
      .run(bus, JSON.stringify(event), acceptedAt);
  }

  held(): { sequence: number; bus: string; event: CloudEvent; acceptedAt: number }[] {
    return this.#database
      .prepare('SELECT * FROM arrived ORDER BY sequence')
      .all()
      .map((row) => ({
        sequence: Number(row.sequence),
        bus: String(row.bus),
        event: JSON.parse(String(row.event)),
        acceptedAt: Number(row.accepted_at),
      }));
  }

  release(sequence: number): void {
    this.#database.prepare('DELETE FROM arrived WHERE sequence = ?').run(sequence);
  }

  add(delivery: Omit<Delivery, 'id' | 'dueAt' | 'attempts'>): number {
    const { lastInsertRowid } = this.#database
      .prepare(
        'INSERT INTO deliveries (rule_arn, target_id, event, accepted_at, due_at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(
        delivery.ruleArn,
        delivery.targetId,
        JSON.stringify(delivery.event),
        delivery.acceptedAt,
        delivery.acceptedAt,
      );
    return Number(lastInsertRowid);
  }

  find(id: number): Delivery | undefined {
    const row = this.#database.prepare('SELECT * FROM deliveries WHERE id = ?').get(id);
    return row && deliveryOf(row);
  }

  all(): Delivery[] {
    return this.#database.prepare('SELECT * FROM deliveries ORDER BY id').all().map(deliveryOf);
  }

  postpone(id: number, dueAt: number, attempts: number): void {
    this.#database
      .prepare('UPDATE deliveries SET due_at = ?, attempts = ? WHERE id = ?')
      .run(dueAt, attempts, id);
  }

  remove(id: number): void {
    this.#database.prepare('DELETE FROM deliveries WHERE id = ?').run(id);
  }
}

function deliveryOf(row: Record<string, unknown>): Delivery {
  return {
    id: Number(row.id),
    ruleArn: String(row.rule_arn),
    targetId: String(row.target_id),
    event: JSON.parse(String(row.event)),
    acceptedAt: Number(row.accepted_at),
    dueAt: Number(row.due_at),
    attempts: Number(row.attempts),
  };
}
