import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Timer } from '../shared/clock.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS invocations (
    request_id TEXT PRIMARY KEY,
    function_arn TEXT NOT NULL,
    payload TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL
  ) STRICT;
`;

export { SCHEMA as asyncQueueSchema };

/** An accepted `Event` invocation. Instants are in ms since the epoch; `attempts` counts the runs. */
export interface QueuedInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: string;
  readonly acceptedAt: number;
  readonly attempts: number;
}

/** The result of an attempt: done, or retry at an instant. */
export type AttemptResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly at: number; readonly attempts: number };

/**
 * The asynchronous invocations, stored from their acceptance until they succeed or are abandoned. An
 * invocation that ran when the process was killed runs again: Lambda guarantees at least one run.
 */
export class AsyncQueue {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #attempt: (invocation: QueuedInvocation) => Promise<AttemptResult>;
  readonly #timers = new Map<string, Timer>();
  #closed = false;

  constructor(
    database: DatabaseSync,
    clock: Clock,
    attempt: (invocation: QueuedInvocation) => Promise<AttemptResult>,
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#attempt = attempt;
  }

  accept(requestId: string, functionArn: string, payload: string): void {
    const now = this.#clock.now();
    this.#database
      .prepare('INSERT INTO invocations VALUES (?, ?, ?, ?, ?, 0)')
      .run(requestId, functionArn, payload, now, now);
    this.#arm(requestId, now);
  }

  /** Continues the invocations of an earlier process. */
  resume(): void {
    for (const row of this.#database.prepare('SELECT request_id, due_at FROM invocations').all())
      if (!this.#timers.has(String(row.request_id)))
        this.#arm(String(row.request_id), Number(row.due_at));
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer.cancel();
  }

  #arm(requestId: string, instant: number): void {
    this.#timers.set(
      requestId,
      this.#clock.at(instant, () => void this.#run(requestId)),
    );
  }

  async #run(requestId: string): Promise<void> {
    const row = this.#database
      .prepare('SELECT * FROM invocations WHERE request_id = ?')
      .get(requestId);
    if (row === undefined) return;
    const result = await this.#attempt({
      requestId,
      functionArn: String(row.function_arn),
      payload: String(row.payload),
      acceptedAt: Number(row.accepted_at),
      attempts: Number(row.attempts),
    });
    if (this.#closed) return;
    if (result.kind === 'done') {
      this.#timers.delete(requestId);
      this.#database.prepare('DELETE FROM invocations WHERE request_id = ?').run(requestId);
      return;
    }
    this.#database
      .prepare('UPDATE invocations SET due_at = ?, attempts = ? WHERE request_id = ?')
      .run(result.at, result.attempts, requestId);
    this.#arm(requestId, result.at);
  }
}
