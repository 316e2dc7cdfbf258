import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Clock } from '../shared/clock.ts';

/** API Gateway caches the keys of an issuer for two hours. */
const KEYS_MAX_AGE_MS = 2 * 3_600_000;
/** For an unknown key id the keys are fetched again, but not more often than this. */
const KEYS_MIN_AGE_MS = 10_000;
const FETCH_TIMEOUT_MS = 1500;

export interface JwtRules {
  readonly issuer: string;
  readonly audience: readonly string[];
}

export type JwtResult =
  | { readonly kind: 'allowed'; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unauthorized'; readonly challenge: string }
  | { readonly kind: 'forbidden'; readonly challenge: string };

interface KeySet {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly fetchedAt: number;
}

/**
 * The JWT authorizer of an HTTP API. It checks the RS256 signature with the issuer's keys, `iss`, `aud` (or
 * `client_id` if there is no `aud`), `exp`, `nbf`, `iat`, and that the token has at least one of the route's
 * scopes. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export class JwtAuthorizer {
  readonly #clock: Clock;
  readonly #keys = new Map<string, KeySet>();
  /** By issuer, so that concurrent requests fetch the keys once. */
  readonly #pending = new Map<string, Promise<KeySet>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async check(
    token: string | undefined,
    rules: JwtRules,
    scopes: readonly string[],
  ): Promise<JwtResult> {
    if (token === undefined) return { kind: 'unauthorized', challenge: 'Bearer' };
    let claims: Record<string, unknown>;
    try {
      claims = await this.#verify(token.replace(/^bearer +/i, ''), rules.issuer);
    } catch (error) {
      return invalid(scopes, describe(error));
    }
    // jose checks that `iat` is a number, but not that it is in the past.
    if (typeof claims.iat === 'number' && claims.iat * 1000 > this.#clock.now())
      return invalid(scopes, 'the token was issued in the future');
    const audience = [claims.aud ?? claims.client_id].flat();
    if (!audience.some((each) => typeof each === 'string' && rules.audience.includes(each)))
      return invalid(scopes, 'the token does not have a valid audience');
    if (scopes.length > 0 && !scopesOf(claims).some((scope) => scopes.includes(scope)))
      return {
        kind: 'forbidden',
        challenge: `Bearer scope="${scopes.join(' ')}" error="insufficient_scope" error_description="the token does not have a required scope"`,
      };
    return { kind: 'allowed', claims };
  }

  async #verify(token: string, issuer: string): Promise<Record<string, unknown>> {
    // The issuer is compared before anything is fetched from it.
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
      const keys = await this.#keysOf(issuer, KEYS_MAX_AGE_MS);
      return (await jwtVerify(token, keys.find, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const keys = await this.#keysOf(issuer, KEYS_MIN_AGE_MS);
      return (await jwtVerify(token, keys.find, options)).payload;
    }
  }

  async #keysOf(issuer: string, maxAgeMs: number): Promise<KeySet> {
    const cached = this.#keys.get(issuer);
    const now = this.#clock.now();
    if (cached !== undefined && now - cached.fetchedAt < maxAgeMs) return cached;
    const pending = this.#pending.get(issuer) ?? this.#fetchKeys(issuer, now);
    this.#pending.set(issuer, pending);
    return pending;
  }

  async #fetchKeys(issuer: string, now: number): Promise<KeySet> {
    try {
      const keys = await fetchKeys(issuer, now);
      this.#keys.set(issuer, keys);
      return keys;
    } finally {
      this.#pending.delete(issuer);
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

/** The scopes in `scope`, or else in `scp`: words in a string, or a list. */
export function scopesOf(claims: Readonly<Record<string, unknown>>): string[] {
  return [claims.scope ?? claims.scp ?? '']
    .flat()
    .flatMap((value) => String(value).split(' '))
    .filter((scope) => scope !== '');
}

async function fetchJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} returned ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}

function invalid(scopes: readonly string[], description: string): JwtResult {
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
