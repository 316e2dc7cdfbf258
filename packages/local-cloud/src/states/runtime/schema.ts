/**
 * The schema. `stimuli` (the inputs) determine an execution; `events` and the end in `executions` follow from
 * them and are written in the transaction that counts the input as applied.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS state_machines (
  arn TEXT PRIMARY KEY, name TEXT NOT NULL, definition TEXT NOT NULL, role_arn TEXT NOT NULL,
  logging TEXT, tracing TEXT, encryption TEXT, revision TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS executions (
  arn TEXT PRIMARY KEY, name TEXT NOT NULL, machine_arn TEXT NOT NULL, machine_name TEXT NOT NULL,
  definition TEXT NOT NULL, role_arn TEXT NOT NULL, input TEXT NOT NULL, seed TEXT NOT NULL,
  started_at INTEGER NOT NULL, status TEXT NOT NULL, applied INTEGER NOT NULL DEFAULT 0,
  stopped_at INTEGER, output TEXT, error TEXT, cause TEXT,
  redrives INTEGER NOT NULL DEFAULT 0, redriven_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS executions_by_machine ON executions (machine_arn, started_at);
CREATE INDEX IF NOT EXISTS executions_by_status ON executions (status);
CREATE TABLE IF NOT EXISTS stimuli (
  execution TEXT NOT NULL, seq INTEGER NOT NULL, stimulus TEXT NOT NULL,
  PRIMARY KEY (execution, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
  execution TEXT NOT NULL, id INTEGER NOT NULL, event TEXT NOT NULL,
  PRIMARY KEY (execution, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY, execution TEXT NOT NULL, task TEXT NOT NULL, open INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tokens_by_task ON tokens (execution, task);
CREATE TABLE IF NOT EXISTS cancellations (
  execution TEXT NOT NULL, task TEXT NOT NULL, detail TEXT NOT NULL,
  PRIMARY KEY (execution, task)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
`;
