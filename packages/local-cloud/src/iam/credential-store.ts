import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Caller, CredentialSource, Credentials } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { openDatabase } from '../shared/database.ts';
import { type NewSecret, newAccessKeyId, newSecretKey, newSessionToken } from './access-key.ts';
import { operatorCredentials } from './operator-credentials.ts';

/** A session of a role, made by AssumeRole or a service. */
export interface SessionRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** Session policy, as JSON text. */
  readonly sessionPolicy?: string;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS session (
    access_key_id TEXT PRIMARY KEY,
    secret_access_key TEXT NOT NULL,
    session_token TEXT NOT NULL,
    role_arn TEXT NOT NULL,
    session_name TEXT NOT NULL,
    session_policy TEXT,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
`;

/** The error for an expired session is `ExpiredToken` for one day; after that the key is unknown. */
const KEEP_EXPIRED_MS = 24 * 3600 * 1000;

/**
 * All access keys of the local cloud: that of the operator and those of role sessions. They are stored, so a
 * presigned URL stays valid after a restart. Only the owner of the files can read them.
 */
export class CredentialStore implements CredentialSource {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #secret: NewSecret;
  /** The credentials of the operator, who is allowed every action; they do not expire. */
  readonly operator: Credentials;
  readonly #known = new Map<string, { credentials: Credentials; caller: Caller }>();

  constructor(options: { folder: string; clock: Clock; secret: NewSecret }) {
    const path = join(options.folder, 'credentials.sqlite');
    this.#database = openDatabase(path, SCHEMA);
    for (const suffix of ['', '-wal', '-shm']) chmodSync(path + suffix, 0o600);
    this.#clock = options.clock;
    this.#secret = options.secret;
    this.operator = operatorCredentials(join(options.folder, 'operator.json'), options.secret);
    this.#known.set(this.operator.accessKeyId, {
      credentials: this.operator,
      caller: { kind: 'root' },
    });
    this.#database
      .prepare('DELETE FROM session WHERE expires_at < ?')
      .run(this.#clock.now() - KEEP_EXPIRED_MS);
  }

  issue(request: SessionRequest): Required<Credentials> {
    const issuedAt = this.#clock.now();
    const credentials = {
      accessKeyId: newAccessKeyId('ASIA', this.#secret),
      secretAccessKey: newSecretKey(this.#secret),
      sessionToken: newSessionToken(this.#secret),
      expiresAt: issuedAt + request.durationSeconds * 1000,
    };
    this.#database
      .prepare('INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        credentials.accessKeyId,
        credentials.secretAccessKey,
        credentials.sessionToken,
        request.roleArn,
        request.sessionName,
        request.sessionPolicy ?? null,
        issuedAt,
        credentials.expiresAt,
      );
    return credentials;
  }

  find(accessKeyId: string): { credentials: Credentials; caller: Caller } | undefined {
    const known = this.#known.get(accessKeyId) ?? this.#read(accessKeyId);
    if (known) this.#known.set(accessKeyId, known);
    return known;
  }

  close(): void {
    this.#database.close();
  }

  #read(accessKeyId: string): { credentials: Credentials; caller: Caller } | undefined {
    const row = this.#database
      .prepare('SELECT * FROM session WHERE access_key_id = ?')
      .get(accessKeyId);
    if (!row) return undefined;
    return {
      credentials: {
        accessKeyId,
        secretAccessKey: String(row.secret_access_key),
        sessionToken: String(row.session_token),
        expiresAt: Number(row.expires_at),
      },
      caller: {
        kind: 'role',
        roleArn: String(row.role_arn),
        sessionName: String(row.session_name),
        issuedAt: Number(row.issued_at),
        ...(row.session_policy === null ? {} : { sessionPolicy: String(row.session_policy) }),
      },
    };
  }
}
