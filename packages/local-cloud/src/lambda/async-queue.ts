import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
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
  CREATE INDEX IF NOT EXISTS invocations_by_function ON invocations (function_arn, due_at);
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

export interface AsyncQueueOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** How many invocations of a function may run at once; 1 or more. */
  readonly concurrency: (functionArn: string) => number;
  readonly attempt: (invocation: QueuedInvocation) => Promise<AttemptResult>;
  /** Called with an error that is not the function's, for example of a full disk. The invocation stays queued. */
  readonly onError: (error: unknown) => void;
}

/** After an error of the queue itself, its function pauses for this long. */
const PAUSE_AFTER_ERROR_MS = 1_000;

interface FunctionQueue {
  /** Request ids. */
  readonly running: Set<string>;
  timer: Timer | undefined;
  pausedUntil: number;
}

/**
 * The asynchronous invocations, stored from their acceptance until they succeed or are abandoned. Each function has a
 * queue of its own: an invocation waits in the database until one of the running ones ends, so that a burst neither
 * fills the memory nor runs at once. One that ran when the process was killed runs again: Lambda guarantees at least
 * one run. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
 */
export class AsyncQueue {
  readonly #options: AsyncQueueOptions;
  readonly #queues = new Map<string, FunctionQueue>();
  #closed = false;

  constructor(options: AsyncQueueOptions) {
    this.#options = options;
  }

  accept(requestId: string, functionArn: string, payload: string): void {
    const { database, clock } = this.#options;
    const now = clock.now();
    database
      .prepare('INSERT INTO invocations VALUES (?, ?, ?, ?, ?, 0)')
      .run(requestId, functionArn, payload, now, now);
    this.#schedule(functionArn);
  }

  /** Continues the invocations of an earlier process. */
  resume(): void {
    const rows = this.#options.database
      .prepare('SELECT DISTINCT function_arn FROM invocations')
      .all();
    for (const row of rows) this.#schedule(String(row.function_arn));
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#queues.values()) timer?.cancel();
  }

  /** Waits for the invocation that is due next. While the function is busy, the end of a run calls this again. */
  #schedule(functionArn: string): void {
    const { clock, concurrency } = this.#options;
    const queue = this.#queueOf(functionArn);
    queue.timer?.cancel();
    queue.timer = undefined;
    if (this.#closed || queue.running.size >= concurrency(functionArn)) return;
    const next = this.#next(functionArn, queue);
    if (next === undefined) return;
    const instant = Math.max(Number(next.due_at), queue.pausedUntil);
    queue.timer = clock.at(instant, () => this.#start(functionArn, queue));
  }

  #start(functionArn: string, queue: FunctionQueue): void {
    const { clock, onError } = this.#options;
    const next = this.#next(functionArn, queue);
    if (next !== undefined && Number(next.due_at) <= clock.now()) {
      const requestId = String(next.request_id);
      queue.running.add(requestId);
      this.#run(next)
        .catch((error: unknown) => {
          queue.pausedUntil = clock.now() + PAUSE_AFTER_ERROR_MS;
          onError(error);
        })
        .finally(() => {
          queue.running.delete(requestId);
          this.#schedule(functionArn);
        });
    }
    this.#schedule(functionArn);
  }

  async #run(row: Record<string, SQLOutputValue>): Promise<void> {
    const { database, attempt } = this.#options;
    const requestId = String(row.request_id);
    const result = await attempt({
      requestId,
      functionArn: String(row.function_arn),
      payload: String(row.payload),
      acceptedAt: Number(row.accepted_at),
      attempts: Number(row.attempts),
    });
    if (this.#closed) return;
    if (result.kind === 'done') {
      database.prepare('DELETE FROM invocations WHERE request_id = ?').run(requestId);
      return;
    }
    database
      .prepare('UPDATE invocations SET due_at = ?, attempts = ? WHERE request_id = ?')
      .run(result.at, result.attempts, requestId);
  }

  /** The invocation that is due first and does not run. */
  #next(functionArn: string, { running }: FunctionQueue) {
    return this.#options.database
      .prepare('SELECT * FROM invocations WHERE function_arn = ? ORDER BY due_at, rowid LIMIT ?')
      .all(functionArn, running.size + 1)
      .find((row) => !running.has(String(row.request_id)));
  }

  #queueOf(functionArn: string): FunctionQueue {
    const found = this.#queues.get(functionArn);
    if (found) return found;
    const queue: FunctionQueue = { running: new Set(), timer: undefined, pausedUntil: 0 };
    this.#queues.set(functionArn, queue);
    return queue;
  }
}
