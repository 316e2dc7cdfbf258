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

const codes = (...of: Parameters<typeof checkCompletion>) => {
  const completion = checkCompletion(...of);
  return completion.complete ? [] : completion.problems.map(({ code }) => code);
};

describe('Completion', () => {
  it('is granted when every part is stored and named, in any order, with or without quotes', () => {
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

  it('is never granted after any one change', () => {
    const changes = {
      loseStored: (parts: StoredPart[], at: number) => parts.filter((_, index) => index !== at),
      grow: (parts: StoredPart[], at: number) =>
        parts.map((part, index) => (index === at ? { ...part, size: part.size + 1 } : part)),
      otherEtag: (parts: StoredPart[], at: number) =>
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

  it('names the parts that have not arrived', () => {
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

  it('names the parts that have arrived but are left out, which S3 would silently drop', () => {
    expect(checkCompletion(plan, named.slice(0, 2), stored)).toMatchObject({
      problems: [{ code: 'parts_missing', parts: [3] }],
    });
  });

  it('names a part of the wrong size, and the total', () => {
    const short = stored.map((part) => (part.partNumber === 2 ? { ...part, size: 9 } : part));
    expect(checkCompletion(plan, named, short)).toMatchObject({
      problems: [
        { code: 'part_size_wrong', parts: [2] },
        { code: 'total_size_mismatch', detail: 'Expected 25 bytes; S3 has 24.' },
      ],
    });
  });

  it('names a part with another ETag', () => {
    const other = named.map((part) => (part.partNumber === 3 ? { ...part, etag: 'zz' } : part));
    expect(checkCompletion(plan, other, stored)).toMatchObject({
      problems: [{ code: 'part_etag_mismatch', parts: [3] }],
    });
  });

  it('names parts outside the plan, stored or named', () => {
    const more = { partNumber: 7, etag: '"e7"', size: 1 };
    expect(codes(plan, [...named, more], stored)).toEqual(['part_unknown']);
    expect(codes(plan, named, [...stored, more])).toEqual(['part_unknown', 'total_size_mismatch']);
  });

  it('refuses a part that is named twice', () => {
    expect(checkCompletion(plan, [...named, ...named.slice(0, 1)], stored)).toMatchObject({
      problems: [
        { code: 'part_unknown', detail: expect.stringContaining('Repeated part numbers: 1') },
      ],
    });
  });

  it('is refused when nothing has arrived and nothing is named', () => {
    expect(codes(plan, [], [])).toEqual(['parts_missing']);
  });
});
