import { randomBytes } from 'node:crypto';
import { capabilityKey, newCapability } from '../../../../core/grants/capability.ts';

const NOW = Date.parse('2026-01-02T03:04:05.678Z');
const who = { owner: 'YXV0aDB8MTc', subject: 'auth0|17' };

describe('A capability', () => {
  it('is stored only as a hash, with its owner and expiry', () => {
    const { capability, item } = newCapability(who, randomBytes(32), NOW, 3_600);
    expect(JSON.stringify(item)).not.toContain(capability);
    expect(item).toMatchObject(who);
    expect({ pk: item.pk, sk: item.sk }).toEqual(capabilityKey(capability));
    expect(item.expiresAt).toBe(Math.floor(NOW / 1000) + 3_600);
  });

  it('has 256 bits, in characters that need no encoding in a URL', () => {
    const { capability } = newCapability(who, randomBytes(32), NOW, 60);
    expect(capability).toMatch(/^[\w-]{43}$/);
    expect(Buffer.from(capability, 'base64url')).toHaveLength(32);
    expect(() => newCapability(who, randomBytes(16), NOW, 60)).toThrow(
      new RangeError('A capability needs 32 random bytes; got 16.'),
    );
  });

  it.each(['', 'x', 'x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}=`, `${'x'.repeat(42)}#`])(
    'is not %j',
    (text) => {
      expect(capabilityKey(text)).toBeUndefined();
    },
  );
});
