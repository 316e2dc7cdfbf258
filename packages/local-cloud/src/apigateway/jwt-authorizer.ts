import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Clock } from '../shared/clock.ts';

/** API Gateway keeps an issuer's keys for two hours. */
const KEYS_LIVE_MS = 2 * 3_600_000;
/** An unknown key id asks the issuer again, but not more often than this. */
const KEYS_REST_MS = 10_000;
const FETCH_LIMIT_MS = 1500;

export interface JwtRules {
  readonly issuer: string;
  readonly audience: readonly string[];
}

export type JwtVerdict =
  | { readonly kind: 'allowed'; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unauthorized'; readonly challenge: string }
  | { readonly kind: 'forbidden'; readonly challenge: string };

interface KeySet {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly fetchedAt: number;
}

/**
 * The JWT authorizer of an HTTP API: RS256 by a key of the issuer, `iss`, `aud` or (only when there is no
 * `aud`) `client_id`, `exp`, `nbf`, `iat`, and at least one of the route's scopes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export class JwtAuthorizer {
  readonly #clock: Clock;
  readonly #keys = new Map<string, KeySet>();
  /** By issuer: callers that come at once ask it once. */
  readonly #asked = new Map<string, Promise<KeySet>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async check(
    token: string | undefined,
    rules: JwtRules,
    scopes: readonly string[],
  ): Promise<JwtVerdict> {
    if (token === undefined) return { kind: 'unauthorized', challenge: 'Bearer' };
    let claims: Record<string, unknown>;
    try {
      claims = await this.#verify(token.replace(/^bearer +/i, ''), rules.issuer);
    } catch (error) {
      return invalid(scopes, describe(error));
    }
    // jose checks that `iat` is a number, and not that it has passed.
    if (typeof claims.iat === 'number' && claims.iat * 1000 > this.#clock.now())
      return invalid(scopes, 'the token was issued in the future');
    const audience = [claims.aud ?? claims.client_id].flat();
    if (!audience.some((one) => typeof one === 'string' && rules.audience.includes(one)))
      return invalid(scopes, 'the token does not have a valid audience');
    if (scopes.length > 0 && !scopesOf(claims).some((scope) => scopes.includes(scope)))
      return {
        kind: 'forbidden',
        challenge: `Bearer scope="${scopes.join(' ')}" error="insufficient_scope" error_description="the token does not have a required scope"`,
      };
    return { kind: 'allowed', claims };
  }

  async #verify(token: string, issuer: string): Promise<Record<string, unknown>> {
    // Whose token it is, is looked at before the issuer is asked for anything.
    if (decodeProtectedHeader(token).alg !== 'RS256')
      throw new Error('the token is not signed with RS256');
    if (decodeJwt(token).iss !== issuer) throw new Error('the token has an invalid issuer');
    const options = {
      algorithms: ['RS256'],
      issuer,
      currentDate: new Date(this.#clock.now()),
      requiredClaims: ['exp'],
    };
    try {
      const keys = await this.#keysOf(issuer, KEYS_LIVE_MS);
      return (await jwtVerify(token, keys.find, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const keys = await this.#keysOf(issuer, KEYS_REST_MS);
      return (await jwtVerify(token, keys.find, options)).payload;
    }
  }

  async #keysOf(issuer: string, maxAgeMs: number): Promise<KeySet> {
    const kept = this.#keys.get(issuer);
    const now = this.#clock.now();
    if (kept !== undefined && now - kept.fetchedAt < maxAgeMs) return kept;
    const asked = this.#asked.get(issuer) ?? this.#ask(issuer, now);
    this.#asked.set(issuer, asked);
    return asked;
  }

  async #ask(issuer: string, now: number): Promise<KeySet> {
    try {
      const keys = await fetchKeys(issuer, now);
      this.#keys.set(issuer, keys);
      return keys;
    } finally {
      this.#asked.delete(issuer);
    }
  }
}

async function fetchKeys(issuer: string, now: number): Promise<KeySet> {
  const base = issuer.replace(/\/$/, '');
  const discovery = await fetchJson(`${base}/.well-known/openid-configuration`);
  const jwks = await fetchJson(String(discovery.jwks_uri));
  if (!Array.isArray(jwks.keys)) throw new Error('the issuer publishes no keys');
  return { find: createLocalJWKSet({ keys: jwks.keys }), fetchedAt: now };
}

/** Scopes stand in `scope`, words in one string, or in `scp`, as a string or a list. */
export function scopesOf(claims: Readonly<Record<string, unknown>>): string[] {
  return [claims.scope ?? claims.scp ?? '']
    .flat()
    .flatMap((value) => String(value).split(' '))
    .filter((scope) => scope !== '');
}

async function fetchJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_LIMIT_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}

function invalid(scopes: readonly string[], description: string): JwtVerdict {
  const challenge = `Bearer scope="${scopes.join(' ')}" error="invalid_token" error_description="${description.replaceAll('"', "'")}"`;
  return { kind: 'unauthorized', challenge };
}

function describe(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature is invalid';
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'unable to find a signing key for the token';
  const reason = error instanceof Error ? error.message : String(error);
  return reason.replaceAll(/[^\x20-\x7e]/g, '?');
}
