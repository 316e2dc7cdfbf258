import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, transaction } from '../../shared/database.ts';
import type { CloudEvent } from '../../shared/events.ts';
import type { Job, JobStatus } from './job.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    token TEXT,
    created INTEGER NOT NULL,
    input TEXT NOT NULL,
    record TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (status, priority DESC, seq);
  CREATE INDEX IF NOT EXISTS jobs_by_token ON jobs (token, created);
  CREATE TABLE IF NOT EXISTS tags (
    arn TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, key)
  );
  CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL
  );
`;

export interface JobFilter {
  readonly status?: JobStatus | undefined;
  /** Only jobs whose input address contains this text. */
  readonly inputFile?: string | undefined;
  readonly order: 'ASCENDING' | 'DESCENDING';
  /** The position after which the page starts: `next` of the previous page. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/** Jobs, tags and undelivered events in one SQLite file. */
export class JobStore {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = openDatabase(path, SCHEMA);
  }

  add(job: Job, inputFile: string, tags: Readonly<Record<string, string>>): void {
    transaction(this.#database, () => {
      this.#database
        .prepare(
          'INSERT INTO jobs (id, status, priority, token, created, input, record) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          job.id,
          job.status,
          job.priority,
          job.clientRequestToken ?? null,
          job.createdAt,
          inputFile,
          JSON.stringify(job),
        );
      this.#putTags(job.arn, tags);
    });
  }

  find(id: string): Job | undefined {
    return this.#one('SELECT record FROM jobs WHERE id = ?', id);
  }

  /** The latest job with this token that was created at `since` or later. */
  findByToken(token: string, since: number): Job | undefined {
    return this.#one(
      'SELECT record FROM jobs WHERE token = ? AND created >= ? ORDER BY seq DESC LIMIT 1',
      token,
      since,
    );
  }

  /** The oldest waiting job of the highest priority. */
  nextSubmitted(): Job | undefined {
    return this.#one(
      "SELECT record FROM jobs WHERE status = 'SUBMITTED' ORDER BY priority DESC, seq LIMIT 1",
    );
  }

  withStatus(status: JobStatus): Job[] {
    return this.#database
      .prepare('SELECT record FROM jobs WHERE status = ? ORDER BY seq')
      .all(status)
      .map(jobOf);
  }

  list({ status, inputFile, order, after, limit }: JobFilter): { jobs: Job[]; next?: number } {
    const down = order === 'DESCENDING';
    const rows = this.#database
      .prepare(
        `SELECT seq, record FROM jobs
         WHERE (? IS NULL OR status = ?) AND (? IS NULL OR instr(input, ?) > 0)
           AND (? IS NULL OR seq ${down ? '<' : '>'} ?)
         ORDER BY seq ${down ? 'DESC' : 'ASC'} LIMIT ?`,
      )
      .all(
        ...[status ?? null, status ?? null, inputFile ?? null, inputFile ?? null],
        ...[after ?? null, after ?? null, limit + 1],
      );
    const page = rows.slice(0, limit);
    const last = page.at(-1)?.seq;
    return {
      jobs: page.map(jobOf),
      ...(rows.length > limit && typeof last === 'number' ? { next: last } : {}),
    };
  }

  /**
   * Changes a job if it has one of the statuses `from`, and stores the event of the change until it is
   * delivered. Undefined, without a change, if the job has another status.
   */
  change(
    id: string,
    from: readonly JobStatus[],
    change: Partial<Job>,
    eventOf?: (job: Job) => CloudEvent,
  ): Job | undefined {
    return transaction(this.#database, () => {
      const job = this.find(id);
      if (job === undefined || !from.includes(job.status)) return undefined;
      const changed = { ...job, ...change };
      this.#database
        .prepare('UPDATE jobs SET status = ?, record = ? WHERE id = ?')
        .run(changed.status, JSON.stringify(changed), id);
      if (eventOf !== undefined) {
        this.#database
          .prepare('INSERT INTO outbox (event) VALUES (?)')
          .run(JSON.stringify(eventOf(changed)));
      }
      return changed;
    });
  }

  /** Events in order, oldest first. */
  undelivered(): { seq: number; event: CloudEvent }[] {
    return this.#database
      .prepare('SELECT seq, event FROM outbox ORDER BY seq')
      .all()
      .map((row) => ({ seq: Number(row.seq), event: JSON.parse(String(row.event)) }));
  }

  delivered(seq: number): void {
    this.#database.prepare('DELETE FROM outbox WHERE seq = ?').run(seq);
  }

  tags(resource: string): Record<string, string> {
    const rows = this.#database
      .prepare('SELECT key, value FROM tags WHERE arn = ? ORDER BY key')
      .all(resource);
    return Object.fromEntries(rows.map((row) => [String(row.key), String(row.value)]));
  }

  putTags(resource: string, tags: Readonly<Record<string, string>>): void {
    transaction(this.#database, () => this.#putTags(resource, tags));
  }

  removeTags(resource: string, keys: readonly string[]): void {
    transaction(this.#database, () => {
      const remove = this.#database.prepare('DELETE FROM tags WHERE arn = ? AND key = ?');
      for (const key of keys) remove.run(resource, key);
    });
  }

  close(): void {
    this.#database.close();
  }

  #putTags(resource: string, tags: Readonly<Record<string, string>>): void {
    const put = this.#database.prepare(
      'INSERT INTO tags (arn, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    for (const [key, value] of Object.entries(tags)) put.run(resource, key, value);
  }

  #one(sql: string, ...values: (string | number)[]): Job | undefined {
    const row = this.#database.prepare(sql).get(...values);
    return row === undefined ? undefined : jobOf(row);
  }
}

function jobOf(row: Record<string, unknown>): Job {
  return JSON.parse(String(row.record));
}
