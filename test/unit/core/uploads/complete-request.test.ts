import fc from 'fast-check';
import { partRange } from '../../../../core/contract/part-range.ts';
import type { PartPlan } from '../../../../core/grants/part-plan.ts';
import { checkCompletion, type StoredPart } from '../../../../core/uploads/complete-request.ts';

const plans = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }))
  .map(
    ([partCount, last]): PartPlan => ({ size: (partCount - 1) * 9 + last, partSize: 9, partCount }),
  );

function storedOf(plan: PartPlan): StoredPart[] {
  return Array.from({ length: plan.partCount }, (_, index) => ({
    partNumber: index + 1,
    etag: `"e${index + 1}"`,
    size: partRange(plan, index + 1).size,
  }));
}

const namedOf = (stored: readonly StoredPart[]) =>
  stored.map(({ partNumber, etag }) => ({ partNumber, etag }));

const codes = (...args: Parameters<typeof checkCompletion>) => {
  const result = checkCompletion(...args);
  return result.complete ? [] : result.problems.map(({ code }) => code);
};

describe('A completion', () => {
  it('is accepted if the request lists every part in S3, in any order, with or without quotes', () => {
    fc.assert(
      fc.property(plans, fc.infiniteStream(fc.boolean()), (plan, flips) => {
        const stored = storedOf(plan);
        const shuffled = [...stored].sort(() => (flips.next().value ? 1 : -1));
        const named = namedOf([...stored].reverse()).map((part) => ({
          ...part,
          etag: flips.next().value ? part.etag : part.etag.replaceAll('"', ''),
        }));
        expect(checkCompletion(plan, named, shuffled)).toEqual({ complete: true, parts: stored });
      }),
    );
  });

  it('is refused after any single change of the listed or stored parts', () => {
    const changes = {
      remove: (parts: StoredPart[], at: number) => parts.filter((_, index) => index !== at),
      grow: (parts: StoredPart[], at: number) =>
        parts.map((part, index) => (index === at ? { ...part, size: part.size + 1 } : part)),
      changeEtag: (parts: StoredPart[], at: number) =>
        parts.map((part, index) => (index === at ? { ...part, etag: '"x"' } : part)),
      add: (parts: StoredPart[]) => [
        ...parts,
        { partNumber: parts.length + 1, etag: '"x"', size: 1 },
      ],
    };
    const change = fc.constantFrom(...(Object.keys(changes) as (keyof typeof changes)[]));
    fc.assert(
      fc.property(plans, change, fc.nat(), fc.boolean(), (plan, name, place, onNamed) => {
        const stored = storedOf(plan);
        const changed = changes[name](stored, place % plan.partCount);
        if (onNamed && name !== 'grow') {
          expect(codes(plan, namedOf(changed), stored)).not.toEqual([]);
        } else {
          expect(codes(plan, namedOf(stored), changed)).not.toEqual([]);
        }
      }),
    );
  });

  const plan: PartPlan = { size: 25, partSize: 10, partCount: 3 };
  const stored = storedOf(plan);
  const named = namedOf(stored);

  it('is refused with the numbers of the parts that S3 has not received', () => {
    expect(checkCompletion(plan, named, stored.slice(0, 1))).toEqual({
      complete: false,
      problems: [
        {
          code: 'parts_missing',
          detail: 'S3 has not received 2 of 3 parts.',
          parts: [2, 3],
        },
      ],
    });
  });

  it('is refused with the numbers of the parts that the request omits, which S3 would drop without an error', () => {
    expect(checkCompletion(plan, named.slice(0, 1), stored)).toEqual({
      complete: false,
      problems: [
        {
          code: 'parts_missing',
          detail: 'S3 has 2 parts that the request does not list.',
          parts: [2, 3],
        },
      ],
    });
  });

  it('is refused with the part of the wrong size and the total size', () => {
    const short = stored.map((part) => (part.partNumber === 2 ? { ...part, size: 9 } : part));
    expect(checkCompletion(plan, named, short)).toMatchObject({
      problems: [
        {
          code: 'part_size_wrong',
          parts: [2],
          detail: '1 parts have a different size than granted.',
        },
        { code: 'total_size_mismatch', parts: [], detail: 'Expected 25 bytes; S3 has 24.' },
      ],
    });
  });

  it('is refused with the part that has another ETag', () => {
    const other = named.map((part) => (part.partNumber === 3 ? { ...part, etag: 'zz' } : part));
    expect(checkCompletion(plan, other, stored)).toMatchObject({
      problems: [
        {
          code: 'part_etag_mismatch',
          parts: [3],
          detail: '1 parts have a different ETag in S3.',
        },
      ],
    });
  });

  it('is refused with parts outside the plan, in the request or in S3', () => {
    const more = { partNumber: 7, etag: '"e7"', size: 1 };
    expect(codes(plan, [...named, more], stored)).toEqual(['part_unknown']);
    expect(codes(plan, named, [...stored, more])).toEqual(['part_unknown', 'total_size_mismatch']);
  });

  it('is refused with the unknown part numbers in ascending order, each once', () => {
    const unknown = [12, 7, 0].map((partNumber) => ({ partNumber, etag: '"e"', size: 1 }));
    expect(checkCompletion(plan, [...named, ...unknown], [...stored, ...unknown])).toMatchObject({
      problems: [
        { code: 'part_unknown', parts: [0, 7, 12], detail: 'The upload has parts 1 to 3.' },
        { code: 'total_size_mismatch' },
      ],
    });
  });

  it.each(['"e1', 'e1"', '""e1""', 'x"e1"'])(
    'is refused with the ETag %s instead of "e1"',
    (etag) => {
      const other = named.map((part) => (part.partNumber === 1 ? { ...part, etag } : part));
      expect(codes(plan, other, stored)).toEqual(['part_etag_mismatch']);
    },
  );

  it('is refused with a part that the request lists twice', () => {
    expect(checkCompletion(plan, [...named, ...named.slice(0, 1)], stored)).toMatchObject({
      problems: [
        { code: 'part_unknown', detail: expect.stringContaining('Repeated part numbers: 1') },
      ],
    });
  });

  it('is refused with no parts at all', () => {
    expect(codes(plan, [], [])).toEqual(['parts_missing']);
  });
});
