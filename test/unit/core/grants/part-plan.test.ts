import fc from 'fast-check';
import { partRange } from '../../../../core/contract/part-range.ts';
import {
  MAX_OBJECT_BYTES,
  MAX_PART_BYTES,
  MAX_PARTS,
  MIN_PART_BYTES,
  planParts,
} from '../../../../core/grants/part-plan.ts';

const MIB = 1024 ** 2;
/** Sizes of every magnitude: an even spread would hardly ever draw a small file. */
const sizes = fc
  .tuple(fc.integer({ min: 0, max: 45 }), fc.double({ min: 1, max: 2, noNaN: true }))
  .map(([power, factor]) => Math.min(MAX_OBJECT_BYTES, Math.floor(2 ** power * factor)));

describe('The part plan', () => {
  it('keeps S3’s limits for every size from 1 byte to 48.8 TiB', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const plan = planParts(size);
        expect(plan.partCount).toBeGreaterThanOrEqual(1);
        expect(plan.partCount).toBeLessThanOrEqual(MAX_PARTS);
        expect(plan.partSize).toBeGreaterThanOrEqual(MIN_PART_BYTES);
        expect(plan.partSize).toBeLessThanOrEqual(MAX_PART_BYTES);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has contiguous parts that cover the file', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (size, place) => {
        const plan = planParts(size);
        const some = 1 + Math.floor(place * (plan.partCount - 1));
        const range = partRange(plan, some);
        const last = partRange(plan, plan.partCount);
        expect(range.offset).toBe((some - 1) * plan.partSize);
        expect(range.size).toBe(some === plan.partCount ? last.size : plan.partSize);
        expect(last.offset + last.size).toBe(size);
        expect(last.size).toBeGreaterThan(0);
        expect(() => partRange(plan, plan.partCount + 1)).toThrow(RangeError);
      }),
    );
  });

  it('never has larger parts for a smaller file', () => {
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        const [small, large] = [planParts(Math.min(a, b)), planParts(Math.max(a, b))];
        expect(small.partSize).toBeLessThanOrEqual(large.partSize);
      }),
    );
  });

  it.each([
    [1, 8 * MIB, 1],
    [8 * MIB, 8 * MIB, 1],
    [8 * MIB + 1, 8 * MIB, 2],
    [8_000 * MIB, 8 * MIB, 1_000],
    [50_000_000_000, 48 * MIB, 994],
    [640_000 * MIB, 64 * MIB, 10_000],
    [MAX_OBJECT_BYTES, MAX_PART_BYTES, 10_000],
  ])('cuts %d bytes into parts of %d: %d', (size, partSize, partCount) => {
    expect(planParts(size)).toEqual({ size, partSize, partCount });
  });

  it.each([0, -1, 1.5, Number.NaN, MAX_OBJECT_BYTES + 1])('refuses %d bytes', (size) => {
    expect(() => planParts(size)).toThrow(
      new RangeError(`The size must be 1 to ${MAX_OBJECT_BYTES} bytes; got ${size}.`),
    );
  });

  it.each([0, -1, 1.5, 3, Number.NaN])('has no part number %d in a file of two parts', (number) => {
    expect(() => partRange({ size: 10, partSize: 5 }, number)).toThrow('parts 1 to 2');
  });
});
