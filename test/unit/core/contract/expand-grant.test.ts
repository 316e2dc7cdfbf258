import { expandGrant, partUrl } from '../../../../core/contract/expand-grant.ts';
import { compactGrantSchema } from '../../../../core/contract/grant.ts';

const grant = {
  method: 'PUT' as const,
  urlTemplate: 'https://bucket.example/key?signature={signature}&partNumber={partNumber}',
  partNumbers: [2, 1],
  signatures: ['b'.repeat(64), 'a'.repeat(64)],
  expiresAt: '2026-01-02T03:04:05Z',
};

describe('A compact grant', () => {
  it('expands to the URL, offset and size of each part, in its order', () => {
    expect(expandGrant(grant, { size: 12, partSize: 10 })).toEqual([
      { partNumber: 2, url: partUrl(grant.urlTemplate, 2, 'b'.repeat(64)), offset: 10, size: 2 },
      { partNumber: 1, url: partUrl(grant.urlTemplate, 1, 'a'.repeat(64)), offset: 0, size: 10 },
    ]);
    expect(partUrl(grant.urlTemplate, 2, 'bb')).toBe(
      'https://bucket.example/key?signature=bb&partNumber=2',
    );
  });

  it('cannot be expanded if a part has no signature', () => {
    const incomplete = { ...grant, signatures: ['b'.repeat(64)] };
    expect(() => expandGrant(incomplete, { size: 12, partSize: 10 })).toThrow(
      new RangeError('The grant has no signature for part 1.'),
    );
  });

  it('has as many signatures as parts', () => {
    expect(compactGrantSchema.safeParse(grant).success).toBe(true);
    for (const signatures of [[], ['b'.repeat(64)], Array(3).fill('b'.repeat(64))]) {
      expect(compactGrantSchema.safeParse({ ...grant, signatures }).error?.issues).toMatchObject([
        { path: ['signatures'], message: 'must have as many signatures as partNumbers' },
      ]);
    }
  });
});
