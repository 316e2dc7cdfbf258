import fc from 'fast-check';
import * as z from 'zod/mini';
import { isUploadId } from '../../../../core/contract/upload-id.ts';
import { timeOfUploadId, uploadIdFrom } from '../../../../core/uploads/upload-id.ts';

const times = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe('An upload’s id', () => {
  it('is a UUIDv7 that contains its creation time', () => {
    fc.assert(
      fc.property(times, bytes, (now, random) => {
        const id = uploadIdFrom(now, random);
        expect(z.uuidv7().safeParse(id).success).toBe(true);
        expect(isUploadId(id)).toBe(true);
        expect(timeOfUploadId(id)).toBe(now);
      }),
    );
  });

  it('sorts by the time of its creation', () => {
    fc.assert(
      fc.property(times, times, bytes, bytes, (a, b, ofA, ofB) => {
        fc.pre(a < b);
        expect(uploadIdFrom(a, ofA) < uploadIdFrom(b, ofB)).toBe(true);
      }),
    );
  });

  it('uses 74 of the random bits', () => {
    const zeros = uploadIdFrom(0, new Uint8Array(10));
    const ones = uploadIdFrom(0, new Uint8Array(10).fill(255));
    expect(zeros).toBe('00000000-0000-7000-8000-000000000000');
    expect(ones).toBe('00000000-0000-7fff-bfff-ffffffffffff');
  });

  it('throws for an invalid time or number of random bytes', () => {
    expect(() => uploadIdFrom(-1, new Uint8Array(10))).toThrow(RangeError);
    expect(() => uploadIdFrom(2 ** 48, new Uint8Array(10))).toThrow(RangeError);
    expect(() => uploadIdFrom(0.5, new Uint8Array(10))).toThrow(RangeError);
    expect(() => uploadIdFrom(0, new Uint8Array(9))).toThrow('10 random bytes; got 9');
    expect(() => uploadIdFrom(0, new Uint8Array(11))).toThrow('10 random bytes; got 11');
  });

  it.each([
    '',
    '019B7C2E-5A3E-7000-8000-0123456789AB',
    '019b7c2e-5a3e-4000-8000-0123456789ab',
    '019b7c2e-5a3e-7000-c000-0123456789ab',
    '019b7c2e-5a3e-7000-8000-0123456789ab\n',
    '019b7c2e5a3e700080000123456789ab',
    'x019b7c2e-5a3e-7000-8000-0123456789ab',
    '019b7c2e-5a3e-7000-8000-0123456789abc',
  ])('is not %j', (value) => {
    expect(isUploadId(value)).toBe(false);
    expect(timeOfUploadId(value)).toBeUndefined();
  });
});
