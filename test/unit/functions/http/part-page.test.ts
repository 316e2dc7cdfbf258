import type { CompactGrant } from '../../../../core/contract/grant.ts';
import { expandedGrant, pageOf } from '../../../../functions/http/part-page.ts';
import { refusal } from './exchange.ts';

const list = { uploadId: 'upload-1', partNumbers: undefined };
const urls = { expand: 'urls', limit: 10 } as const;
const grant: CompactGrant = {
  method: 'PUT',
  urlTemplate: 'https://b/k?partNumber={partNumber}&s={signature}',
  partNumbers: [2],
  signatures: ['a'.repeat(64)],
  expiresAt: '2026-03-04T06:06:07.000Z',
};
const plan = { size: 15, partSize: 10, partCount: 2 };

const cursorOf = (
  of: typeof list | { uploadId: string; partNumbers: number[] },
  offset: number,
) => {
  const { nextCursor } = expandedGrant(of, plan, grant, offset);
  if (nextCursor === undefined) throw new Error('There is no cursor.');
  return nextCursor;
};

describe('A page of parts', () => {
  it('is not asked for by a compact grant, whatever its cursor', () => {
    expect(pageOf(list, { limit: 10, cursor: 'x' })).toBeUndefined();
  });

  it('starts at the first part without a cursor', () => {
    expect(pageOf(list, urls)).toEqual({ offset: 0, limit: 10 });
  });

  it.each([0, 1, 9_999])('continues at its cursor: %i', (offset) => {
    expect(pageOf(list, { ...urls, cursor: cursorOf(list, offset) })).toEqual({
      offset,
      limit: 10,
    });
  });

  it.each([
    ['of another upload', { uploadId: 'upload-2', partNumbers: undefined }],
    ['of named parts', { uploadId: 'upload-1', partNumbers: [1] }],
  ])('refuses a cursor %s', (_, other) => {
    const cursor = cursorOf(other as typeof list, 1);
    expect(refusal(() => pageOf(list, { ...urls, cursor }))).toBe('cursor_invalid');
  });

  it('refuses a cursor of another number of named parts', () => {
    const two = { uploadId: 'upload-1', partNumbers: [1, 2] };
    const three = { uploadId: 'upload-1', partNumbers: [1, 2, 3] };
    const cursor = cursorOf(two, 1);
    expect(pageOf(two, { ...urls, cursor })).toEqual({ offset: 1, limit: 10 });
    expect(refusal(() => pageOf(three, { ...urls, cursor }))).toBe('cursor_invalid');
  });

  it.each([-1, 1.5, 100_000, Number.NaN])('refuses a cursor whose position is %d', (offset) => {
    const cursor = cursorOf(list, offset);
    expect(refusal(() => pageOf(list, { ...urls, cursor }))).toBe('cursor_invalid');
  });

  it('has plain URLs, with the bytes of each part', () => {
    expect(expandedGrant(list, plan, grant, undefined)).toEqual({
      method: 'PUT',
      parts: [
        {
          partNumber: 2,
          url: `https://b/k?partNumber=2&s=${'a'.repeat(64)}`,
          size: 5,
          offset: 10,
        },
      ],
      expiresAt: grant.expiresAt,
    });
  });
});
