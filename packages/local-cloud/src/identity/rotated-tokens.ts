import type { DatabaseSync } from 'node:sqlite';
import type { AdapterPayload } from 'oidc-provider';
import type { Clock } from '../shared/clock.ts';
import type { UserPoolClientProperties } from './properties.ts';
import { StoredModel } from './stored-model.ts';

/** Whether a refresh returns a new refresh token too. */
export function rotates(client: UserPoolClientProperties | undefined): boolean {
  return client?.RefreshTokenRotation?.Feature === 'ENABLED';
}

/**
 * Refresh tokens as in Cognito: one that was replaced stays valid for the grace period of its client, and is unknown
 * afterwards. The tokens that replaced it stay valid, whereas the provider itself would revoke all of them.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
 */
export class RotatedTokens extends StoredModel {
  readonly #clock: Clock;
  readonly #clientOf: (clientId: string) => UserPoolClientProperties | undefined;

  constructor(
    database: DatabaseSync,
    clock: Clock,
    pool: string,
    clientOf: (clientId: string) => UserPoolClientProperties | undefined,
  ) {
    super(database, clock, pool, 'RefreshToken');
    this.#clock = clock;
    this.#clientOf = clientOf;
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const found = await super.find(id);
    if (found?.consumed === undefined) return found;
    const { consumed, ...payload } = found;
    const client = this.#clientOf(String(payload.clientId));
    const graceSeconds = client?.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0;
    const usedSeconds = this.#clock.now() / 1000 - Number(consumed);
    return usedSeconds < graceSeconds ? payload : undefined;
  }
}
