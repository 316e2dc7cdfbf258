import type { CompactGrant } from '../../../core/contract/wire.ts';
import { partUrls } from '../src/part-urls.ts';

const HOUR = 3_600_000;

function grantOf(
  partNumbers: readonly number[],
  generation: number,
  seconds: number | undefined = 3_600,
): CompactGrant {
  const expires = seconds === undefined ? '' : `X-Amz-Expires=${seconds}&`;
  return {
    method: 'PUT',
    urlTemplate: `https://s3/key?${expires}g=${generation}&X-Amz-Signature={signature}&partNumber={partNumber}`,
    partNumbers: [...partNumbers],
    signatures: partNumbers.map((partNumber) => `${generation}${partNumber}`),
    // From a server whose clock is years away from this machine's.
    expiresAt: '1999-01-01T00:00:00.000Z',
  };
}

function urlsFor(
  outstanding: readonly number[],
  signGrant = (partNumbers: readonly number[], generation: number) =>
    grantOf(partNumbers, generation),
) {
  const signed: (readonly number[])[] = [];
  const time = { now: 0 };
  const urls = partUrls({
    now: () => time.now,
    sign: async (partNumbers) => {
      signed.push(partNumbers);
      return signGrant(partNumbers, signed.length);
    },
    outstanding: () => outstanding,
  });
  return { urls, signed, time };
}

describe('The URLs of parts', () => {
  it('come from the grant while it is valid, whatever this machine’s clock says', async () => {
    const { urls, signed, time } = urlsFor([2]);
    urls.use(grantOf([1, 2], 0), 0);
    time.now = HOUR - 30_001;
    expect(await urls.of(2)).toBe(
      'https://s3/key?X-Amz-Expires=3600&g=0&X-Amz-Signature=02&partNumber=2',
    );
    expect(signed).toEqual([]);
  });

  it('are all signed again, in one call and ascending, 30 seconds before the grant expires', async () => {
    const { urls, signed, time } = urlsFor([3, 12, 2]);
    urls.use(grantOf([1, 2, 3], 0), 0);
    time.now = HOUR - 30_000;
    const both = await Promise.all([urls.of(2), urls.of(3)]);
    expect(both.every((url) => url.includes('g=1'))).toBe(true);
    expect(signed).toEqual([[2, 3, 12]]);
  });

  it('are signed when there is no grant, or the grant lacks the part', async () => {
    const { urls, signed } = urlsFor([1]);
    expect(await urls.of(1)).toContain('g=1');
    expect(await urls.of(5)).toContain('g=2');
    expect(signed).toEqual([[1], [1, 5]]);
  });

  it('of a grant that lives for a minute are valid for 54 seconds', async () => {
    const { urls, signed, time } = urlsFor([1]);
    urls.use(grantOf([1], 0, 60), 1_000);
    time.now = 54_999;
    await urls.of(1);
    expect(signed).toEqual([]);
    time.now = 55_000;
    await urls.of(1);
    expect(signed).toHaveLength(1);
  });

  it('without an expiry of their own are valid until the grant’s', async () => {
    const { urls, signed, time } = urlsFor([1]);
    const requestedAt = Date.parse('1998-12-31T23:00:00Z');
    urls.use(grantOf([1], 0, undefined), requestedAt);
    time.now = requestedAt + HOUR - 30_001;
    await urls.of(1);
    expect(signed).toEqual([]);
    time.now += 1;
    await urls.of(1);
    expect(signed).toHaveLength(1);
  });

  it('are signed again after a refusal, once for all that were refused', async () => {
    const { urls, signed } = urlsFor([1, 2]);
    urls.use(grantOf([1, 2], 0), 0);
    const [one, two] = [await urls.of(1), await urls.of(2)];
    urls.refused(1, one);
    await urls.of(1);
    urls.refused(2, two);
    expect(await urls.of(2)).toContain('g=1');
    expect(signed).toHaveLength(1);
  });

  it('are signed again after an error of the signing', async () => {
    let calls = 0;
    const { urls } = urlsFor([1], (partNumbers, generation) => {
      if (++calls === 1) throw new Error('Not now.');
      return grantOf(partNumbers, generation);
    });
    await expect(urls.of(1)).rejects.toThrow('Not now.');
    expect(await urls.of(1)).toContain('g=2');
  });

  it('of a grant that is never valid end in an error after three signings', async () => {
    const { urls, signed } = urlsFor([1], (_, generation) => grantOf([2], generation));
    await expect(urls.of(1)).rejects.toMatchObject({
      code: 'invalid_response',
      partNumber: 1,
      message: 'No valid URL for part 1.',
    });
    expect(signed).toHaveLength(3);
  });
});
