import type { CompactGrant } from '../../../core/contract/wire.ts';
import { PartUrls } from '../src/part-urls.ts';

const HOUR = 3_600_000;

function grantOf(
  partNumbers: readonly number[],
  generation: number,
  seconds = 3_600,
): CompactGrant {
  return {
    method: 'PUT',
    urlTemplate: `https://s3/key?X-Amz-Expires=${seconds}&g=${generation}&X-Amz-Signature={signature}&partNumber={partNumber}`,
    partNumbers: [...partNumbers],
    signatures: partNumbers.map((partNumber) => `${generation}${partNumber}`),
    // A server's clock that is hours off from this machine's.
    expiresAt: '1999-01-01T00:00:00.000Z',
  };
}

function urlsFor(outstanding: readonly number[]) {
  const signed: (readonly number[])[] = [];
  const time = { now: 0 };
  const urls = new PartUrls({
    now: () => time.now,
    sign: async (partNumbers) => {
      signed.push(partNumbers);
      return grantOf(partNumbers, signed.length);
    },
    outstanding: () => outstanding,
  });
  return { urls, signed, time };
}

describe('The URLs of parts', () => {
  it('are the grant’s own as long as it is valid, whatever this machine’s clock says', async () => {
    const { urls, signed, time } = urlsFor([2]);
    urls.granted(grantOf([1, 2], 0), 0);
    time.now = HOUR - 60_000;
    expect(await urls.of(2)).toBe(
      'https://s3/key?X-Amz-Expires=3600&g=0&X-Amz-Signature=02&partNumber=2',
    );
    expect(signed).toEqual([]);
  });

  it('are all signed again, in one call, shortly before the grant ends', async () => {
    const { urls, signed, time } = urlsFor([3, 2]);
    urls.granted(grantOf([1, 2, 3], 0), 0);
    time.now = HOUR - 20_000;
    const both = await Promise.all([urls.of(2), urls.of(3)]);
    expect(both.every((url) => url.includes('g=1'))).toBe(true);
    expect(signed).toEqual([[2, 3]]);
  });

  it('are signed again after a refusal, once for all that were refused', async () => {
    const { urls, signed } = urlsFor([1, 2]);
    urls.granted(grantOf([1, 2], 0), 0);
    const [one, two] = [await urls.of(1), await urls.of(2)];
    urls.refused(1, one);
    await urls.of(1);
    urls.refused(2, two);
    expect(await urls.of(2)).toContain('g=1');
    expect(signed).toHaveLength(1);
  });

  it('of a grant that is never valid end in an error, not in a loop', async () => {
    let now = 0;
    let signed = 0;
    const slow = new PartUrls({
      now: () => {
        now += 5_000;
        return now;
      },
      sign: async (partNumbers) => grantOf(partNumbers, ++signed, 1),
      outstanding: () => [1],
    });
    await expect(slow.of(1)).rejects.toMatchObject({ code: 'invalid_answer', partNumber: 1 });
    expect(signed).toBeLessThan(5);
  });
});
