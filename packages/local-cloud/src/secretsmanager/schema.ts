/** A version without a label is deprecated. A version that has no value yet belongs to a rotation that has just begun. */
export const SECRETS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS secrets (
    physical_name TEXT PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT,
    properties TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    accessed_at INTEGER,
    rotated_at INTEGER,
    rotation TEXT,
    scheduled_from INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS versions (
    secret TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT,
    value TEXT,
    created_at INTEGER NOT NULL,
    accessed_at INTEGER,
    PRIMARY KEY (secret, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS labels (
    secret TEXT NOT NULL,
    label TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (secret, label)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS rotations (
    secret TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    version TEXT NOT NULL,
    step INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL
  ) STRICT;
`;
