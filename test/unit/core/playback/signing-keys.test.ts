import fc from 'fast-check';
import {
  formatSigningKeys,
  PUBLICATION_SECONDS,
  parseSigningKeys,
  rotateKeys,
  type SigningKey,
  signingKeyAt,
} from '../../../../core/playback/signing-keys.ts';
import { MAX_TOKEN_SECONDS } from '../../../../core/playback/token-life.ts';

const secretOf = (index: number) => Buffer.alloc(32, index % 256).toString('base64url');
const freshKey = (index: number) => ({ kid: `k${index}`, secret: secretOf(index) });
const START = 1_800_000_000;

describe('Keys of playback tokens', () => {
  it('sign at once after the first rotation, and after later ones once they are published', () => {
    const first = rotateKeys([], freshKey(1), START);
    expect(signingKeyAt(first, START)?.kid).toBe('k1');
    const second = rotateKeys(first, freshKey(2), START + 100);
    expect(signingKeyAt(second, START + 100 + PUBLICATION_SECONDS - 1)?.kid).toBe('k1');
    expect(signingKeyAt(second, START + 100 + PUBLICATION_SECONDS)?.kid).toBe('k2');
  });

  it('are accepted until an hour after the last token that they can sign', () => {
    const keys = rotateKeys(rotateKeys([], freshKey(1), START), freshKey(2), START);
    const lastToken = START + PUBLICATION_SECONDS + MAX_TOKEN_SECONDS;
    expect(keys.find(({ kid }) => kid === 'k1')?.until).toBe(lastToken + 3_600);
  });

  it('verify every token until it expires, after rotations at any times', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 3 * MAX_TOKEN_SECONDS }), { maxLength: 6 });
    const tokenAge = fc.integer({ min: 0, max: MAX_TOKEN_SECONDS - 1 });
    fc.assert(
      fc.property(pauses, fc.nat(5), fc.nat(50_000), tokenAge, (of, signedAfter, later, age) => {
        let now = START;
        let keys: readonly SigningKey[] = rotateKeys([], freshKey(0), now);
        let token: { readonly kid: string; readonly at: number } | undefined;
        for (const [index, pause] of of.entries()) {
          if (index === signedAfter) {
            const at = now + Math.min(later, pause);
            token = { kid: signingKeyAt(keys, at)?.kid ?? 'none', at };
          }
          now += pause;
          keys = rotateKeys(keys, freshKey(index + 1), now);
          if (token && token.at + age >= now) {
            const { kid, at } = token;
            const key = keys.find((each) => each.kid === kid);
            expect(key && key.until > at + age).toBe(true);
          }
        }
        expect(signingKeyAt(keys, now)).toBeDefined();
      }),
    );
  });

  it('stay as they are when a rotation is repeated', () => {
    const keys = rotateKeys(rotateKeys([], freshKey(1), START), freshKey(2), START + 10);
    expect(rotateKeys(keys, freshKey(2), START + 500)).toBe(keys);
  });

  it('that are dead are left out, so that four rotations a day fit into the key value store', () => {
    let keys: readonly SigningKey[] = [];
    for (let index = 0; index < 40; index++) {
      keys = rotateKeys(keys, freshKey(index), START + index * 6 * 3_600);
    }
    expect(formatSigningKeys(keys).length).toBeLessThan(1_024);
  });

  it('are read as they were written', () => {
    const keys = rotateKeys(rotateKeys([], freshKey(1), START), freshKey(2), START + 10);
    expect(parseSigningKeys(formatSigningKeys(keys))).toEqual(keys);
  });

  it.each([
    ['the value that Secrets Manager generates', 'aB3$kd'],
    ['no key', '{}'],
    ['a key with a short secret', '{"a":{"k":"short","from":1,"until":2}}'],
    ['another JSON value', '[1]'],
  ])('are undefined for %s', (_, text) => {
    expect(parseSigningKeys(text)).toBeUndefined();
  });

  it('do not sign before their time, nor after their end', () => {
    const key: SigningKey = { kid: 'a', secret: secretOf(1), from: 10, until: 20 };
    expect([9, 10, 19, 20].map((now) => signingKeyAt([key], now)?.kid)).toEqual([
      undefined,
      'a',
      'a',
      undefined,
    ]);
  });
});
