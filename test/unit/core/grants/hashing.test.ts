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

  it.each([0, 1, 32, 63, 64])('equals the HMAC of Node for a key of %d bytes', (length) => {
    const key = Buffer.alloc(length, 0xa5);
    const expected = createHmac('sha256', key).update('téxt').digest('hex');
    expect(hmacSha256Hex(key, 'téxt')).toBe(expected);
  });

  it('refuses a key of more than 64 bytes', () => {
    expect(() => hmacSha256Hex(Buffer.alloc(65), 'text')).toThrow('at most 64 bytes; got 65');
  });
});
