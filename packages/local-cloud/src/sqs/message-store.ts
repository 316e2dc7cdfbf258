import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../shared/database.ts';
import type { MessageAttributes } from './message-attributes.ts';

export const SQS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    sender TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    receipt TEXT,
    receives INTEGER NOT NULL DEFAULT 0,
    first_received_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS messages_by_queue ON messages (queue, visible_at);
`;

/** A stored message. Times are ms since the epoch. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly sender: string;
  readonly sentAt: number;
  readonly receives: number;
  readonly firstReceivedAt: number;
  readonly receipt: string;
}

export interface NewMessage {
  readonly queue: string;
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly sender: string;
  readonly sentAt: number;
  readonly visibleAt: number;
}

export interface ReceiveRequest {
  readonly queue: string;
  readonly now: number;
  readonly limit: number;
  readonly hiddenUntil: number;
  /** Messages sent before this time have exceeded their retention period. */
  readonly notBefore: number;
  readonly newReceipt: () => string;
  /** The dead-letter queue, and the number of receives after which a message moves to it. */
  readonly deadLetters?: { readonly queue: string; readonly after: number };
}

/** The messages of all queues, in the order in which they were sent. */
export class MessageStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  add(messages: readonly NewMessage[]): void {
    const insert = this.#database.prepare(
      'INSERT INTO messages (queue, id, body, attributes, sender, sent_at, visible_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    transaction(this.#database, () => {
      for (const { queue, id, body, attributes, sender, sentAt, visibleAt } of messages)
        insert.run(queue, id, body, JSON.stringify(attributes), sender, sentAt, visibleAt);
    });
  }

  /** Returns visible messages and hides them. Messages with too many receives move to the dead-letter queue first. */
  receive(request: ReceiveRequest): StoredMessage[] {
    const { queue, now, deadLetters } = request;
    return transaction(this.#database, () => {
      this.#database
        .prepare('DELETE FROM messages WHERE queue = ? AND sent_at < ?')
        .run(queue, request.notBefore);
      if (deadLetters !== undefined)
        this.#database
          .prepare(
            'UPDATE messages SET queue = ?, receipt = NULL, visible_at = ? WHERE queue = ? AND visible_at <= ? AND receives >= ?',
          )
          .run(deadLetters.queue, now, queue, now, deadLetters.after);
      const rows = this.#database
        .prepare(
          'SELECT * FROM messages WHERE queue = ? AND visible_at <= ? ORDER BY sequence LIMIT ?',
        )
        .all(queue, now, request.limit);
      const take = this.#database.prepare(
        'UPDATE messages SET visible_at = ?, receipt = ?, receives = receives + 1, first_received_at = coalesce(first_received_at, ?) WHERE sequence = ?',
      );
      return rows.map((row) => {
        const receipt = request.newReceipt();
        take.run(request.hiddenUntil, receipt, now, Number(row.sequence));
        return {
          id: String(row.id),
          body: String(row.body),
          attributes: JSON.parse(String(row.attributes)),
          sender: String(row.sender),
          sentAt: Number(row.sent_at),
          receives: Number(row.receives) + 1,
          firstReceivedAt: Number(row.first_received_at ?? now),
          receipt,
        };
      });
    });
  }

  /** False if the receipt is not the message's latest one; nothing is deleted then. */
  remove(queue: string, receipt: string): boolean {
    const { changes } = this.#database
      .prepare('DELETE FROM messages WHERE queue = ? AND receipt = ?')
      .run(queue, receipt);
    return Number(changes) > 0;
  }

  /** Hides a received message until `instant`. False if it is not in flight. */
  hideUntil(queue: string, receipt: string, now: number, instant: number): boolean {
    const { changes } = this.#database
      .prepare(
        'UPDATE messages SET visible_at = ? WHERE queue = ? AND receipt = ? AND visible_at > ?',
      )
      .run(instant, queue, receipt, now);
    return Number(changes) > 0;
  }

  purge(queue: string): void {
    this.#database.prepare('DELETE FROM messages WHERE queue = ?').run(queue);
  }

  /** The time at which the next hidden message becomes visible. */
  nextVisibleAt(queue: string, now: number): number | undefined {
    const row = this.#database
      .prepare('SELECT min(visible_at) AS at FROM messages WHERE queue = ? AND visible_at > ?')
      .get(queue, now);
    return row?.at === null || row === undefined ? undefined : Number(row.at);
  }

  counts(queue: string, now: number, notBefore: number) {
    const row = this.#database
      .prepare(
        `SELECT count(*) FILTER (WHERE visible_at <= ?) AS visible,
           count(*) FILTER (WHERE visible_at > ? AND receives > 0) AS in_flight,
           count(*) FILTER (WHERE visible_at > ? AND receives = 0) AS delayed
         FROM messages WHERE queue = ? AND sent_at >= ?`,
      )
      .get(now, now, now, queue, notBefore);
    const count = (name: string) => Number(row?.[name] ?? 0);
    return { visible: count('visible'), inFlight: count('in_flight'), delayed: count('delayed') };
  }
}
