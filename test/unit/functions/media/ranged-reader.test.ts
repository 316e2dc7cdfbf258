import fc from 'fast-check';
import { TransientError } from '../../../../core/transient-error.ts';
import { type InspectionBudget, rangedReader } from '../../../../functions/media/ranged-reader.ts';

const SIZE = 3_000_000;
const object = Uint8Array.from({ length: SIZE }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
const WIDE: InspectionBudget = { reads: 1_000, bytes: 100_000_000, ms: 1_000 };

function reader(budget = WIDE, now = () => 0) {
  const fetched: [number, number][] = [];
  const source = rangedReader(
    SIZE,
    async (start, end) => {
      fetched.push([start, end]);
      return object.slice(start, end);
    },
    budget,
    now,
  );
  return { source, fetched };
}

const range = fc
  .tuple(fc.nat(SIZE), fc.nat(200_000))
  .map(([start, length]) => [start, start + length] as const);

describe('Reading an object by ranges', () => {
  it('returns the object’s bytes for any ranges in any order, and fetches no byte twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 8 }), async (ranges) => {
        const { source, fetched } = reader();
        const read = await Promise.all(ranges.map(([start, end]) => source.read(start, end)));
        read.forEach((bytes, index) => {
          const [start, end] = ranges[index] ?? [0, 0];
          expect(Buffer.compare(bytes, object.slice(start, end))).toBe(0);
        });
        const sorted = fetched.sort(([a], [b]) => a - b);
        sorted.forEach(([start], index) => {
          expect(start).toBeGreaterThanOrEqual(sorted[index - 1]?.[1] ?? 0);
        });
        expect(source.cost()).toMatchObject({
          reads: fetched.length,
          bytes: fetched.reduce((sum, [start, end]) => sum + end - start, 0),
        });
      }),
      { numRuns: 60 },
    );
  });

  it('reads more with each fetch that continues the last one', async () => {
    const { source, fetched } = reader();
    for (let at = 0; at < 1_000_000; at += 1_000) await source.read(at, at + 1_000);
    expect(fetched.length).toBeLessThanOrEqual(5);
  });

  it('stops before a read, a byte or a millisecond over its budget', async () => {
    const few = reader({ ...WIDE, reads: 2 });
    await few.source.read(0, 10);
    await few.source.read(1_000_000, 1_000_010);
    await expect(few.source.read(2_000_000, 2_000_010)).rejects.toMatchObject({
      name: 'InspectionBudgetExceeded',
      limit: 'reads',
    });
    expect(few.fetched).toHaveLength(2);

    const small = reader({ ...WIDE, bytes: 100_000 });
    await expect(small.source.read(0, 100_001)).rejects.toMatchObject({ limit: 'bytes' });
    expect(small.fetched).toEqual([]);
    await small.source.read(0, 99_000);
    await small.source.read(200_000, 200_500);
    expect(small.source.cost().bytes).toBeLessThanOrEqual(100_000);

    let now = 0;
    const slow = reader(WIDE, () => now);
    await slow.source.read(0, 10);
    now = 1_001;
    await slow.source.read(5, 10);
    await expect(slow.source.read(1_000_000, 1_000_010)).rejects.toThrow(TransientError);
  });

  it('fails if the storage returns another number of bytes', async () => {
    const short = rangedReader(
      100,
      async () => new Uint8Array(3),
      WIDE,
      () => 0,
    );
    await expect(short.read(0, 100)).rejects.toThrow('got 3');
  });
});
