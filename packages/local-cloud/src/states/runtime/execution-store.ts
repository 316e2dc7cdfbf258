import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { transaction } from '../../shared/database.ts';
import type { CloudEvent } from '../../shared/events.ts';
import type { RunEnd } from '../interpreter/run.ts';
import type { Stimulus } from '../interpreter/signals.ts';
import type { HistoryEvent } from '../language/history.ts';
import { parseJson, stringifyJson } from '../language/json.ts';
import type { Cancellation, ExecutionRow } from './rows.ts';

/** The consequences of one input, stored in one transaction. */
export interface Step {
  readonly execution: string;
  readonly events: readonly HistoryEvent[];
  readonly end: RunEnd | undefined;
  readonly stoppedAt: number;
  readonly openedTokens: readonly { readonly token: string; readonly task: string }[];
  /** Tasks whose tokens are closed. */
  readonly closedTasks: readonly string[];
  readonly cancellations: readonly Cancellation[];
  readonly outgoing: readonly CloudEvent[];
}

export interface ExecutionFilter {
  readonly machineArn: string;
  readonly status: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** Stores executions, their inputs, their history, and events and cancellations that are still to be sent. */
export class ExecutionStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Stores an execution and its start, in one transaction. */
  create(row: ExecutionRow, start: Stimulus): void {
    transaction(this.#database, () => {
      this.#run(
        `INSERT INTO executions (arn, name, machine_arn, machine_name, definition, role_arn, input, seed, started_at, status)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'RUNNING')`,
        row.arn,
        row.name,
        row.machine_arn,
        row.machine_name,
        row.definition,
        row.role_arn,
        row.input,
        row.seed,
        row.started_at,
      );
      this.#insertStimulus(row.arn, 1, start);
    });
  }

  find(arn: string): ExecutionRow | undefined {
    return this.#rows<ExecutionRow>('SELECT * FROM executions WHERE arn = ?', arn)[0];
  }

  running(): ExecutionRow[] {
    return this.#rows<ExecutionRow>(
      "SELECT * FROM executions WHERE status = 'RUNNING' ORDER BY started_at, arn",
    );
  }

  list({ machineArn, status, offset, limit }: ExecutionFilter): ExecutionRow[] {
    return this.#rows<ExecutionRow>(
      `SELECT * FROM executions WHERE machine_arn = ? AND (? = '' OR status = ?)
       ORDER BY started_at DESC, arn LIMIT ? OFFSET ?`,
      machineArn,
      status ?? '',
      status ?? '',
      limit,
      offset,
    );
  }

  stimuli(execution: string): Stimulus[] {
    return this.#rows<{ stimulus: string }>(
      'SELECT stimulus FROM stimuli WHERE execution = ? ORDER BY seq',
      execution,
    ).map(({ stimulus }) => parseJson(stimulus) as unknown as Stimulus);
  }

  /** Stores an input before its sender gets a response; `also` runs in the same transaction. */
  addStimulus(execution: string, stimulus: Stimulus, also: () => void = () => {}): void {
    transaction(this.#database, () => {
      const [last] = this.#rows<{ seq: number }>(
        'SELECT coalesce(max(seq), 0) AS seq FROM stimuli WHERE execution = ?',
        execution,
      );
      this.#insertStimulus(execution, (last?.seq ?? 0) + 1, stimulus);
      also();
    });
  }

  keepStep(step: Step): void {
    transaction(this.#database, () => {
      for (const event of step.events) this.#insertEvent(step.execution, event);
      this.#run('UPDATE executions SET applied = applied + 1 WHERE arn = ?', step.execution);
      if (step.end !== undefined) this.#end(step.execution, step.end, step.stoppedAt);
      for (const { token, task } of step.openedTokens)
        this.#run('INSERT INTO tokens VALUES (?, ?, ?, 1)', token, step.execution, task);
      for (const task of step.closedTasks)
        this.#run(
          'UPDATE tokens SET open = 0 WHERE execution = ? AND task = ?',
          step.execution,
          task,
        );
      for (const cancellation of step.cancellations)
        this.#run(
          'INSERT OR REPLACE INTO cancellations VALUES (?, ?, ?)',
          cancellation.execution,
          cancellation.task,
          JSON.stringify(cancellation),
        );
      for (const event of step.outgoing)
        this.#run('INSERT INTO outbox (event) VALUES (?)', JSON.stringify(event));
    });
  }

  /** Sets the execution to running again. Call it within addStimulus. */
  reopen(execution: string, at: number): void {
    this.#run(
      `UPDATE executions SET status = 'RUNNING', stopped_at = NULL, output = NULL, error = NULL,
       cause = NULL, redrives = redrives + 1, redriven_at = ? WHERE arn = ?`,
      at,
      execution,
    );
  }

  events(execution: string, from: number, limit: number, reverse: boolean): HistoryEvent[] {
    const rows = reverse
      ? this.#rows<{ event: string }>(
          'SELECT event FROM events WHERE execution = ? AND id <= ? ORDER BY id DESC LIMIT ?',
          execution,
          from,
          limit,
        )
      : this.#rows<{ event: string }>(
          'SELECT event FROM events WHERE execution = ? AND id >= ? ORDER BY id LIMIT ?',
          execution,
          from,
          limit,
        );
    return rows.map(({ event }) => parseJson(event) as unknown as HistoryEvent);
  }

  eventCount(execution: string): number {
    const [count] = this.#rows<{ n: number }>(
      'SELECT count(*) AS n FROM events WHERE execution = ?',
      execution,
    );
    return count?.n ?? 0;
  }

  token(token: string): { execution: string; task: string; open: number } | undefined {
    return this.#rows<{ execution: string; task: string; open: number }>(
      'SELECT execution, task, open FROM tokens WHERE token = ?',
      token,
    )[0];
  }

  /** Call within addStimulus. */
  closeToken(token: string): void {
    this.#run('UPDATE tokens SET open = 0 WHERE token = ?', token);
  }

  cancellations(): Cancellation[] {
    return this.#rows<{ detail: string }>('SELECT detail FROM cancellations').map(
      ({ detail }) => JSON.parse(detail) as Cancellation,
    );
  }

  addCancellation(cancellation: Cancellation): void {
    this.#run(
      'INSERT OR REPLACE INTO cancellations VALUES (?, ?, ?)',
      cancellation.execution,
      cancellation.task,
      JSON.stringify(cancellation),
    );
  }

  dropCancellation({ execution, task }: Cancellation): void {
    this.#run('DELETE FROM cancellations WHERE execution = ? AND task = ?', execution, task);
  }

  outgoing(): { id: number; event: CloudEvent }[] {
    return this.#rows<{ id: number; event: string }>('SELECT * FROM outbox ORDER BY id').map(
      ({ id, event }) => ({ id, event: JSON.parse(event) as CloudEvent }),
    );
  }

  dropOutgoing(id: number): void {
    this.#run('DELETE FROM outbox WHERE id = ?', id);
  }

  #end(execution: string, end: RunEnd, at: number): void {
    this.#run(
      'UPDATE executions SET status = ?, stopped_at = ?, output = ?, error = ?, cause = ? WHERE arn = ?',
      end.status,
      at,
      end.output === undefined ? null : stringifyJson(end.output),
      end.error ?? null,
      end.cause ?? null,
      execution,
    );
  }

  #insertStimulus(execution: string, seq: number, stimulus: Stimulus): void {
    this.#run('INSERT INTO stimuli VALUES (?, ?, ?)', execution, seq, JSON.stringify(stimulus));
  }

  #insertEvent(execution: string, event: HistoryEvent): void {
    this.#run('INSERT INTO events VALUES (?, ?, ?)', execution, event.id, JSON.stringify(event));
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#database.prepare(sql).run(...values);
  }

  #rows<T>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#database.prepare(sql).all(...values) as unknown as T[];
  }
}
