import { createHash, generateKeyPairSync, timingSafeEqual } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { JWK } from 'jose';
import { REGION } from '../shared/account.ts';
import type { UserPoolClientProperties, UserPoolProperties } from './properties.ts';

/** An account that every pool has from the start. */
export interface SeededAccount {
  readonly username: string;
  readonly password: string;
  /** Tokens contain only the groups that the template declares in the pool. */
  readonly groups: readonly string[];
}

/** A user of one pool; `sub` is the same at every start. */
export interface PoolUser {
  readonly sub: string;
  readonly username: string;
  readonly groups: readonly string[];
}

export interface PoolClient {
  readonly clientId: string;
  readonly properties: UserPoolClientProperties;
}

/** A user pool of the template, and its signing key. */
export interface UserPool {
  readonly id: string;
  readonly issuer: string;
  readonly properties: UserPoolProperties;
  readonly key: JWK;
  readonly clients: Map<string, PoolClient>;
  /** Full names of custom scopes, `<resource server>/<scope>`. */
  readonly scopes: Set<string>;
  readonly groups: Set<string>;
  readonly domains: Set<string>;
  readonly seeds: readonly SeededAccount[];
}

/** `us-east-1_` and nine letters or digits, derived from the resource's name. */
export function poolId(physicalName: string): string {
  return `${REGION}_${alphanumeric(physicalName).slice(0, 9)}`;
}

/** 26 lower-case letters and digits, like the client ids of Cognito. */
export function clientId(physicalName: string): string {
  return alphanumeric(physicalName).slice(0, 26);
}

function alphanumeric(name: string): string {
  return BigInt(`0x${sha256(name).toString('hex')}`)
    .toString(36)
    .padStart(48, '0');
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** The user's subject: a UUID, derived from pool and name. */
function subjectOf(pool: UserPool, username: string): string {
  const bytes = sha256(`${pool.id} ${username}`).subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function userOf(pool: UserPool, seed: SeededAccount): PoolUser {
  return {
    sub: subjectOf(pool, seed.username),
    username: seed.username,
    groups: seed.groups.filter((group) => pool.groups.has(group)),
  };
}

export function findUser(pool: UserPool, sub: string): PoolUser | undefined {
  return pool.seeds.map((seed) => userOf(pool, seed)).find((user) => user.sub === sub);
}

/** The user, if the password is correct. Like in Cognito, user names are not case-sensitive. */
export function checkPassword(
  pool: UserPool,
  username: string,
  password: string,
): PoolUser | undefined {
  const name = username.trim().toLowerCase();
  const seed = pool.seeds.find((one) => one.username.toLowerCase() === name);
  const right = timingSafeEqual(sha256(seed?.password ?? ''), sha256(password));
  return seed !== undefined && right ? userOf(pool, seed) : undefined;
}

/** All scopes that a client of the pool can have: those of OpenID and those of the resource servers. */
export function knownScopes(pool: UserPool): string[] {
  return ['openid', 'profile', 'email', 'phone', ...pool.scopes];
}

/** The pool's RSA key. It is created at the first start and stored. */
export function signingKey(database: DatabaseSync, id: string): JWK {
  const kept = database.prepare('SELECT jwk FROM keys WHERE pool_id = ?').get(id);
  if (kept !== undefined) return JSON.parse(String(kept.jwk));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' });
  const kid = sha256(String(jwk.n)).toString('base64url');
  const key = { ...jwk, kid, alg: 'RS256', use: 'sig' } as JWK;
  database.prepare('INSERT INTO keys VALUES (?, ?)').run(id, JSON.stringify(key));
  return key;
}
