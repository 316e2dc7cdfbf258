import type { DatabaseSync } from 'node:sqlite';
import type { StateMachineRow } from './rows.ts';

/** State machines by ARN. */
export class MachineStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  find(arn: string): StateMachineRow | undefined {
    return this.#database
      .prepare('SELECT * FROM state_machines WHERE arn = ?')
      .get(arn) as unknown as StateMachineRow | undefined;
  }

  list(): StateMachineRow[] {
    return this.#database
      .prepare('SELECT * FROM state_machines ORDER BY created_at, arn')
      .all() as unknown as StateMachineRow[];
  }

  put(row: StateMachineRow): void {
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO state_machines
         (arn, name, definition, role_arn, logging, tracing, encryption, revision, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        row.arn,
        row.name,
        row.definition,
        row.role_arn,
        row.logging,
        row.tracing,
        row.encryption,
        row.revision,
        row.created_at,
        row.updated_at,
      );
  }

  delete(arn: string): void {
    this.#database.prepare('DELETE FROM state_machines WHERE arn = ?').run(arn);
  }
}
