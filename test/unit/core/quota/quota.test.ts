import fc from 'fast-check';
import { quotaDeltas, quotaLimits, quotaRefusal } from '../../../../core/quota/quota.ts';
import type { QuotaState } from '../../../../core/uploads/records.ts';
import { uploadPolicySchema } from '../../../../core/uploads/upload-policy.ts';

const policy = uploadPolicySchema.parse({ quota: { maximumBytes: 100, maximumActiveUploads: 2 } });
const histories: readonly (readonly QuotaState[])[] = [
  ['reserved'],
  ['reserved', 'used'],
  ['reserved', 'returned'],
  ['reserved', 'used', 'returned'],
];

describe('An owner’s quota', () => {
  it('is the sum of the owner’s uploads at any time', () => {
    const uploads = fc.array(fc.tuple(fc.nat(1_000), fc.constantFrom(...histories)), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(uploads, (of) => {
        const quota = { totalBytes: 0, reservedBytes: 0, usedBytes: 0, activeUploads: 0 };
        for (const [size, way] of of) {
          for (const [index, to] of way.entries()) {
            const deltas = quotaDeltas(way[index - 1], to, size);
            for (const name of Object.keys(quota) as (keyof typeof quota)[]) {
              quota[name] += deltas[name];
            }
          }
        }
        const sum = (state: QuotaState) =>
          of.filter(([, way]) => way.at(-1) === state).reduce((bytes, [size]) => bytes + size, 0);
        expect(quota).toEqual({
          totalBytes: sum('reserved') + sum('used'),
          reservedBytes: sum('reserved'),
          usedBytes: sum('used'),
          activeUploads: of.filter(([, way]) => way.at(-1) === 'reserved').length,
        });
      }),
    );
  });

  it.each([
    [undefined, 'used'],
    [undefined, 'returned'],
    ['reserved', 'reserved'],
    ['used', 'used'],
    ['used', 'reserved'],
    ['returned', 'returned'],
    ['returned', 'used'],
  ] as const)('does not change from %s to %s', (from, to) => {
    expect(() => quotaDeltas(from, to, 1)).toThrow(RangeError);
  });

  it.each([
    [undefined, 'used', 'The quota state is none; expected a change to reserved; got used.'],
    ['reserved', 'reserved', 'expected a change to used or returned; got reserved.'],
    ['returned', 'used', 'expected a change to nothing; got used.'],
  ] as const)('names the allowed changes when %s changes to %s', (from, to, message) => {
    expect(() => quotaDeltas(from, to, 1)).toThrow(message);
  });

  it('names both numbers when there are too many unfinished uploads', () => {
    expect(quotaRefusal({ totalBytes: 0, activeUploads: 3 }, 1, policy)).toEqual({
      code: 'quota_uploads_exceeded',
      detail: '3 uploads are unfinished; at most 2 are allowed.',
    });
  });

  it('counts an owner without a quota item as one without uploads', () => {
    expect(quotaRefusal(undefined, 101, policy)).toEqual({
      code: 'quota_bytes_exceeded',
      detail: '0 of 100 bytes are in use; the file has 101.',
    });
  });

  it('refuses an upload if and only if the quota item is over the limits for it', () => {
    const { quota } = policy;
    expect(quotaLimits(40, quota)).toEqual({ totalBytes: 60, activeUploads: 1 });
    const amount = fc.integer({ min: 0, max: 120 });
    const uploads = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(amount, uploads, amount, (totalBytes, activeUploads, size) => {
        const limits = quotaLimits(size, quota);
        const within = totalBytes <= limits.totalBytes && activeUploads <= limits.activeUploads;
        expect(quotaRefusal({ totalBytes, activeUploads }, size, policy) === undefined).toBe(
          within,
        );
      }),
    );
  });

  it('allows uploads up to the last byte and the last upload', () => {
    expect(quotaRefusal(undefined, 100, policy)).toBeUndefined();
    expect(quotaRefusal({ totalBytes: 60, activeUploads: 1 }, 40, policy)).toBeUndefined();
    expect(quotaRefusal({ totalBytes: 60, activeUploads: 1 }, 41, policy)).toEqual({
      code: 'quota_bytes_exceeded',
      detail: '60 of 100 bytes are in use; the file has 41.',
    });
    expect(quotaRefusal({ totalBytes: 0, activeUploads: 2 }, 1, policy)?.code).toBe(
      'quota_uploads_exceeded',
    );
  });
});
