import { createHash } from 'node:crypto';
import { createLocalJWKSet, importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { lifetimes, type UserPoolClientProperties } from './properties.ts';
import type { PoolUser, UserPool } from './user-pool.ts';

export interface TokenFacts {
  readonly user: PoolUser;
  readonly clientId: string;
  readonly client: UserPoolClientProperties;
  readonly scope: string;
  /** The id of the provider's token. It is the `jti` of the JWT, so that both are revoked together. */
  readonly tokenId: string;
  /** Seconds since the epoch. */
  readonly authTime: number;
  readonly now: number;
  readonly nonce?: string;
}

/**
 * An access token of Cognito: without `aud`, with the client in `client_id`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export async function accessToken(pool: UserPool, facts: TokenFacts): Promise<string> {
  return await sign(pool, {
    sub: facts.user.sub,
    ...groups(facts.user),
    iss: pool.issuer,
    version: 2,
    client_id: facts.clientId,
    token_use: 'access',
    scope: facts.scope,
    auth_time: facts.authTime,
    exp: facts.now + lifetimes(facts.client).access,
    iat: facts.now,
    jti: facts.tokenId,
    username: facts.user.username,
  });
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html */
export async function idToken(pool: UserPool, facts: TokenFacts, access: string): Promise<string> {
  const half = createHash('sha256').update(access).digest().subarray(0, 16);
  return await sign(pool, {
    at_hash: half.toString('base64url'),
    sub: facts.user.sub,
    ...groups(facts.user),
    iss: pool.issuer,
    'cognito:username': facts.user.username,
    aud: facts.clientId,
    token_use: 'id',
    auth_time: facts.authTime,
    exp: facts.now + lifetimes(facts.client).id,
    iat: facts.now,
    ...(facts.nonce === undefined ? {} : { nonce: facts.nonce }),
  });
}

/** The id of the provider's token for an access token of this pool; undefined for any other token. */
export async function tokenIdOf(
  pool: UserPool,
  token: string,
  now: number,
): Promise<string | undefined> {
  const { kty, n, e, kid, alg } = pool.key;
  const keys = createLocalJWKSet({
    keys: [{ kty: kty ?? 'RSA', n, e, kid, alg } as typeof pool.key],
  });
  const options = { issuer: pool.issuer, algorithms: ['RS256'], currentDate: new Date(now) };
  const payload = await jwtVerify(token, keys, options).then(
    (verified) => verified.payload,
    () => undefined,
  );
  return payload?.token_use === 'access' ? payload.jti : undefined;
}

function groups(user: PoolUser): JWTPayload {
  return user.groups.length === 0 ? {} : { 'cognito:groups': user.groups };
}

async function sign(pool: UserPool, claims: JWTPayload): Promise<string> {
  const header = { alg: 'RS256', kid: pool.key.kid ?? '' };
  return await new SignJWT(claims)
    .setProtectedHeader(header)
    .sign(await importJWK(pool.key, 'RS256'));
}
