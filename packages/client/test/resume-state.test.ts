import fc from 'fast-check';
import { sameFile, sampledRanges } from '../src/fingerprint.ts';
import { heldParts } from '../src/resume-state.ts';

const upload = { size: 25, parts: { size: 10, count: 3 } };
const record = { parts: [], partSize: 10 };
const received = (partNumber: number, size: number, etag = `"${partNumber}"`) => ({
  partNumber,
  size,
  etag,
});

describe('Parts that need not be sent again', () => {
  it('are those that S3 holds in their planned size', () => {
    const held = heldParts(upload, record, [received(1, 10), received(2, 9), received(3, 5)]);
    expect([...held.keys()]).toEqual([1, 3]);
  });

  it('keep their checksum from the record; one that came unrecorded has none', () => {
    const kept = { ...record, parts: [{ partNumber: 1, etag: '1', crc: 'crc' }] };
    const held = heldParts(upload, kept, [received(1, 10), received(2, 10)]);
    expect([...held.values()]).toEqual([
      { etag: '"1"', crc: 'crc' },
      { etag: '"2"', crc: undefined },
    ]);
  });

  it('are not those that hold other bytes than were sent', () => {
    const kept = { ...record, parts: [{ partNumber: 1, etag: '"1"', crc: 'crc' }] };
    expect(heldParts(upload, kept, [received(1, 10, '"other"')]).size).toBe(0);
  });

  it('are none after a checksum has differed, nor under another plan, nor beyond the plan', () => {
    const all = [received(1, 10), received(2, 10), received(3, 5)];
    expect(heldParts(upload, { ...record, distrusted: true }, all).size).toBe(0);
    expect(heldParts(upload, { ...record, partSize: 5 }, all).size).toBe(0);
    expect(heldParts(upload, record, [received(4, 10)]).size).toBe(0);
  });
});

describe('A fingerprint', () => {
  it('reads head, tail and places between, little of a large file, all of a small one', () => {
    fc.assert(
      // S3's largest object has 48.8 TiB.
      fc.property(
        fc.maxSafeInteger().map((any) => Math.abs(any) % (10_000 * 5 * 1024 ** 3)),
        (size) => {
          const ranges = sampledRanges(size);
          const read = ranges.reduce((sum, [, bytes]) => sum + bytes, 0);
          expect(read).toBeLessThanOrEqual(Math.min(size, 256 * 1024));
          expect(ranges[0]?.[0]).toBe(0);
          let end = 0;
          for (const [offset, bytes] of ranges) {
            expect(Number.isInteger(offset)).toBe(true);
            expect(offset).toBeGreaterThanOrEqual(end);
            end = offset + bytes;
          }
          expect(end).toBe(size);
        },
      ),
    );
  });

  it('is another one with another size, time or sample, and the same after a move', () => {
    const one = { name: 'a.mp4', size: 1, lastModified: 2, sample: 'x' };
    expect(sameFile(one, { ...one, name: 'b.mp4' })).toBe(true);
    for (const other of [{ size: 2 }, { lastModified: 3 }, { sample: 'y' }]) {
      expect(sameFile(one, { ...one, ...other })).toBe(false);
    }
  });
});
