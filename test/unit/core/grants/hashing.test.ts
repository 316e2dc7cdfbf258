import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { hmacSha256Hex } from '../../../../core/grants/hashing.ts';

describe('HMAC-SHA-256', () => {
  it('equals the HMAC of Node for every key of up to 64 bytes and every text', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        (key, text) => {
          expect(hmacSha256Hex(Buffer.from(key), text)).toBe(
            createHmac('sha256', key).update(text).digest('hex'),
          );
        },
      ),
    );
  });

  it('refuses a key of more than 64 bytes', () => {
    expect(() => hmacSha256Hex(Buffer.alloc(65), 'text')).toThrow('at most 64 bytes; got 65');
  });
});
