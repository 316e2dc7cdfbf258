import {
  formatSigningKeys,
  KEYS_NAME,
  type SigningKey,
} from '../../../core/playback/signing-keys.ts';
import type { EdgeValues, SigningKeys } from '../../../functions/ports/playback.ts';
import { NOW } from './upload-fixture.ts';

const HOUR = 3_600;

/** A key that signs at `NOW`. */
export const SIGNING_KEY: SigningKey = {
  kid: 'key-1',
  secret: Buffer.alloc(32, 1).toString('base64url'),
  from: Math.floor(NOW / 1_000) - HOUR,
  until: Math.floor(NOW / 1_000) + 24 * HOUR,
};

/** Host, keys and key value store of a delivery in memory. */
export class InMemoryDelivery {
  readonly host = 'https://media.example.com';
  /** Undefined before the first rotation. */
  current: readonly SigningKey[] | undefined = [SIGNING_KEY];
  readonly values = new Map([[KEYS_NAME, formatSigningKeys([SIGNING_KEY])]]);

  readonly keys: SigningKeys = { current: async () => this.current };

  readonly versions = {
    readCurrent: async () => this.current && formatSigningKeys(this.current),
  };

  readonly edge: EdgeValues = {
    get: async (name) => this.values.get(name),
    update: async ({ put = {}, delete: gone = [] }) => {
      for (const [name, value] of Object.entries(put)) this.values.set(name, value);
      for (const name of gone) this.values.delete(name);
    },
  };
}
