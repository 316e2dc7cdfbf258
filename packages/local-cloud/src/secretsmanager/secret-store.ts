import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import * as z from 'zod';
import { transaction } from '../shared/database.ts';

export interface StoredSecret {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly accessedAt: number | undefined;
  readonly rotatedAt: number | undefined;
  readonly rotation: StoredRotation | undefined;
  /** The schedule counts from here: the last rotation, manual change or change of the schedule. */
  readonly scheduledFrom: number | undefined;
}

const storedRotation = z.object({
  lambda: z.string(),
  rules: z
    .object({
      AutomaticallyAfterDays: z.number().optional(),
      Duration: z.string().optional(),
      ScheduleExpression: z.string().optional(),
    })
    .optional(),
});
export type StoredRotation = z.output<typeof storedRotation>;

export interface SecretValue {
  readonly kind: 'SecretString' | 'SecretBinary';
  /** Text, or bytes in base64. */
  readonly value: string;
}

export interface StoredVersion {
  readonly id: string;
  readonly createdAt: number;
  readonly accessedAt: number | undefined;
  readonly labels: readonly string[];
  /** Undefined until a rotation function puts it. */
  readonly content: SecretValue | undefined;
}

/** Secrets with their versions and staging labels. Times are ms since the epoch. */
export class SecretStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  atomically<T>(work: () => T): T {
    return transaction(this.#database, work);
  }

  find(arn: string): StoredSecret | undefined {
    const row = this.#database.prepare('SELECT * FROM secrets WHERE arn = ?').get(arn);
    return row && secretOf(row);
  }

  ofResource(physicalName: string): { arn: string; properties: string } | undefined {
    const row = this.#database
      .prepare('SELECT arn, properties FROM secrets WHERE physical_name = ?')
      .get(physicalName);
    return row && { arn: String(row.arn), properties: String(row.properties) };
  }

  add(secret: { physicalName: string; arn: string; name: string; now: number }): void {
    this.#database
      .prepare(
        "INSERT INTO secrets (physical_name, arn, name, properties, created_at, changed_at) VALUES (?, ?, ?, '', ?, ?)",
      )
      .run(secret.physicalName, secret.arn, secret.name, secret.now, secret.now);
  }

  describe(arn: string, properties: string, description: string | undefined, now: number): void {
    this.#database
      .prepare('UPDATE secrets SET properties = ?, description = ?, changed_at = ? WHERE arn = ?')
      .run(properties, description ?? null, now, arn);
  }

  setRotation(arn: string, rotation: StoredRotation, now: number): void {
    this.#database
      .prepare('UPDATE secrets SET rotation = ?, scheduled_from = ?, changed_at = ? WHERE arn = ?')
      .run(JSON.stringify(rotation), now, now, arn);
  }

  setRotated(arn: string, now: number): void {
    this.#database
      .prepare(
        'UPDATE secrets SET rotated_at = ?, scheduled_from = ?, changed_at = ? WHERE arn = ?',
      )
      .run(now, now, now, arn);
  }

  /** Starts the schedule again from `now`, without a rotation. */
  scheduleFrom(arn: string, now: number): void {
    this.#database.prepare('UPDATE secrets SET scheduled_from = ? WHERE arn = ?').run(now, arn);
  }

  touch(arn: string, versionId: string, now: number): void {
    this.#database.prepare('UPDATE secrets SET accessed_at = ? WHERE arn = ?').run(now, arn);
    this.#database
      .prepare('UPDATE versions SET accessed_at = ? WHERE secret = ? AND id = ?')
      .run(now, arn, versionId);
  }

  change(arn: string, now: number): void {
    this.#database.prepare('UPDATE secrets SET changed_at = ? WHERE arn = ?').run(now, arn);
  }

  version(arn: string, id: string): StoredVersion | undefined {
    return this.versions(arn).find((each) => each.id === id);
  }

  /** Oldest first. */
  versions(arn: string): StoredVersion[] {
    const labels = this.labels(arn);
    return this.#database
      .prepare('SELECT * FROM versions WHERE secret = ? ORDER BY created_at, rowid')
      .all(arn)
      .map((row) => versionOf(row, labels));
  }

  /** Stores a new version, or the value of one that has none. */
  putVersion(arn: string, id: string, content: SecretValue | undefined, now: number): void {
    this.#database
      .prepare(
        `INSERT INTO versions (secret, id, kind, value, created_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (secret, id) DO UPDATE SET kind = excluded.kind, value = excluded.value`,
      )
      .run(arn, id, content?.kind ?? null, content?.value ?? null, now);
  }

  removeVersion(arn: string, id: string): void {
    this.#database.prepare('DELETE FROM versions WHERE secret = ? AND id = ?').run(arn, id);
    this.#database.prepare('DELETE FROM labels WHERE secret = ? AND version = ?').run(arn, id);
  }

  /** The version of each staging label. */
  labels(arn: string): ReadonlyMap<string, string> {
    const rows = this.#database
      .prepare('SELECT label, version FROM labels WHERE secret = ? ORDER BY label')
      .all(arn);
    return new Map(rows.map(({ label, version }) => [String(label), String(version)]));
  }

  setLabel(arn: string, label: string, version: string | undefined): void {
    if (version === undefined)
      this.#database.prepare('DELETE FROM labels WHERE secret = ? AND label = ?').run(arn, label);
    else
      this.#database
        .prepare('INSERT OR REPLACE INTO labels VALUES (?, ?, ?)')
        .run(arn, label, version);
  }
}

function secretOf(row: Record<string, SQLOutputValue>): StoredSecret {
  return {
    arn: String(row.arn),
    name: String(row.name),
    description: row.description === null ? undefined : String(row.description),
    createdAt: Number(row.created_at),
    changedAt: Number(row.changed_at),
    accessedAt: instant(row.accessed_at),
    rotatedAt: instant(row.rotated_at),
    rotation:
      row.rotation === null ? undefined : storedRotation.parse(JSON.parse(String(row.rotation))),
    scheduledFrom: instant(row.scheduled_from),
  };
}

function versionOf(
  row: Record<string, SQLOutputValue>,
  labels: ReadonlyMap<string, string>,
): StoredVersion {
  const id = String(row.id);
  return {
    id,
    createdAt: Number(row.created_at),
    accessedAt: instant(row.accessed_at),
    labels: [...labels].filter(([, version]) => version === id).map(([label]) => label),
    content:
      row.kind === null
        ? undefined
        : {
            kind: row.kind === 'SecretBinary' ? 'SecretBinary' : 'SecretString',
            value: String(row.value),
          },
  };
}

function instant(value: SQLOutputValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
