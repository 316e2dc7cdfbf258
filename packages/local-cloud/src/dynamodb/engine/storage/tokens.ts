import { createHash } from 'node:crypto';
import { AwsError, type Clock } from '../shared.ts';
import type { Database } from './database.ts';

export const TOKENS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS transaction_tokens (
    token TEXT PRIMARY KEY,
    request_hash TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS tokens_by_time ON transaction_tokens (expires_at);
`;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const TOKEN_LIFETIME_MS = 10 * 60 * 1000;

/** Client request tokens of the transactions that succeeded. */
export class TransactionTokens {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Whether this request has succeeded before. Throws where the token belongs to another request. */
  isRepeated(token: string, request: unknown): boolean {
    const row = this.#database
      .statement('SELECT request_hash FROM transaction_tokens WHERE token = ? AND expires_at > ?')
      .get(token, this.#clock.now()) as unknown as readonly [string] | undefined;
    if (row === undefined) return false;
    if (row[0] === hashOf(request)) return true;
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request.',
    );
  }

  /** Call it in the transaction that does the request's writes. */
  remember(token: string, request: unknown): void {
    const now = this.#clock.now();
    this.#database.statement('DELETE FROM transaction_tokens WHERE expires_at <= ?').run(now);
    this.#database
      .statement(
        'INSERT OR REPLACE INTO transaction_tokens (token, request_hash, expires_at) VALUES (?, ?, ?)',
      )
      .run(token, hashOf(request), now + TOKEN_LIFETIME_MS);
  }
}

function hashOf(request: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(request)))
    .digest('base64');
}

/** The order of an object's members does not matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}
