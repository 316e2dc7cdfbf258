/**
 * The metadata of the engine in one database, so that one commit makes an object visible or completes an
 * upload, together with its event. Keys are compared by their UTF-8 bytes, as S3 lists them.
 *
 * `versions.sequence` orders the versions of a key and is the sequencer of events. `segments` are the bytes
 * of an object: one row for each part, in order, each with its own file.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS buckets (
  name TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  settings TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS versions (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version_id TEXT NOT NULL,
  latest INTEGER NOT NULL,
  delete_marker INTEGER NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  modified_at INTEGER NOT NULL,
  owner TEXT NOT NULL,
  record TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS versions_by_id ON versions (bucket, key, version_id);
CREATE INDEX IF NOT EXISTS versions_in_order ON versions (bucket, key, sequence DESC);
CREATE INDEX IF NOT EXISTS latest_versions ON versions (bucket, key) WHERE latest = 1;

CREATE TABLE IF NOT EXISTS segments (
  sequence INTEGER NOT NULL REFERENCES versions ON DELETE CASCADE,
  part_number INTEGER NOT NULL,
  start INTEGER NOT NULL,
  size INTEGER NOT NULL,
  blob TEXT NOT NULL,
  checksum TEXT,
  PRIMARY KEY (sequence, part_number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS segments_by_blob ON segments (blob);

CREATE TABLE IF NOT EXISTS uploads (
  upload_id TEXT PRIMARY KEY,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  initiated_at INTEGER NOT NULL,
  owner TEXT NOT NULL,
  record TEXT NOT NULL,
  completed_at INTEGER,
  result TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uploads_in_order ON uploads (bucket, key, initiated_at, upload_id);

CREATE TABLE IF NOT EXISTS parts (
  upload_id TEXT NOT NULL REFERENCES uploads ON DELETE CASCADE,
  part_number INTEGER NOT NULL,
  blob TEXT NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  checksum TEXT,
  modified_at INTEGER NOT NULL,
  PRIMARY KEY (upload_id, part_number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS parts_by_blob ON parts (blob);

CREATE TABLE IF NOT EXISTS outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event TEXT NOT NULL
);
`;
