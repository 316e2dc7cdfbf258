import fc from 'fast-check';
import type { UploadsApi } from '../src/api.ts';
import { sameFile, sampledRanges } from '../src/fingerprint.ts';
import type { ResumeRecord } from '../src/resume-record.ts';
import { receivedParts, resumeState } from '../src/resume-state.ts';

const upload = { size: 25, parts: { size: 10, count: 3 } };
const record = { parts: [], partSize: 10 };
const listed = (partNumber: number, size: number, etag = `"${partNumber}"`) => ({
  partNumber,
  size,
  etag,
});

describe('Parts that need not be sent again', () => {
  it('are those that S3 has with their planned size', () => {
    const received = receivedParts(upload, record, [listed(1, 10), listed(2, 9), listed(3, 5)]);
    expect([...received.keys()]).toEqual([1, 3]);
  });

  it('have the recorded checksum; a part that is not recorded has none', () => {
    const recorded = { ...record, parts: [{ partNumber: 1, etag: '1', crc: 'crc' }] };
    const received = receivedParts(upload, recorded, [listed(1, 10), listed(2, 10)]);
    expect([...received.values()]).toEqual([
      { etag: '"1"', crc: 'crc' },
      { etag: '"2"', crc: undefined },
    ]);
  });

  it('are not those whose ETag differs from the recorded one', () => {
    const recorded = { ...record, parts: [{ partNumber: 1, etag: '"1"', crc: 'crc' }] };
    expect(receivedParts(upload, recorded, [listed(1, 10, '"other"')]).size).toBe(0);
    expect(receivedParts(upload, recorded, [listed(1, 10, '1')]).size).toBe(1);
  });

  it('are none with another part size, or beyond the plan', () => {
    const all = [listed(1, 10), listed(2, 10), listed(3, 5)];
    expect(receivedParts(upload, { ...record, partSize: 5 }, all).size).toBe(0);
    expect(receivedParts(upload, { parts: [] }, all).size).toBe(3);
    expect(receivedParts(upload, record, [listed(4, 10)]).size).toBe(0);
  });
});

describe('The state of an unfinished upload', () => {
  const stateOf = (status: string) => {
    const calls: string[] = [];
    const api = {
      get: async (id: string) => {
        calls.push(`get ${id}`);
        return { upload: { ...upload, id, status } };
      },
      parts: async (id: string) => {
        calls.push(`parts ${id}`);
        return { parts: [listed(1, 10)] };
      },
    } as unknown as UploadsApi;
    return { calls, state: resumeState(api, 'one', record as unknown as ResumeRecord) };
  };

  it('lists the parts that S3 has', async () => {
    const { calls, state } = stateOf('waiting');
    expect([...((await state).received ?? [])]).toEqual([[1, { etag: '"1"', crc: undefined }]]);
    expect(calls).toEqual(['get one', 'parts one']);
  });

  it.each(['cancelled', 'expired'])('is `not_resumable` if it is %s', async (status) => {
    const { calls, state } = stateOf(status);
    await expect(state).rejects.toMatchObject({
      code: 'not_resumable',
      message: `The upload is ${status}.`,
    });
    expect(calls).toEqual(['get one']);
  });

  it.each(['uploaded', 'validating', 'ready', 'rejected', 'failed'])(
    'has nothing left to send if it is %s',
    async (status) => {
      const { calls, state } = stateOf(status);
      expect(await state).toMatchObject({ upload: { status } });
      expect((await state).received).toBeUndefined();
      expect(calls).toEqual(['get one']);
    },
  );
});

describe('A fingerprint', () => {
  it('reads all of a small file, and eight ranges of a large one from head to tail', () => {
    const KIB = 1_024;
    expect(sampledRanges(256 * KIB)).toEqual([[0, 256 * KIB]]);
    const ranges = sampledRanges(256 * KIB + 7);
    expect(ranges).toHaveLength(8);
    expect(ranges[1]).toEqual([32 * KIB + 1, 32 * KIB]);
    fc.assert(
      // The largest object in S3 has 48.8 TiB.
      fc.property(
        fc.maxSafeInteger().map((any) => Math.abs(any) % (10_000 * 5 * 1024 ** 3)),
        (size) => {
          const sampled = sampledRanges(size);
          const read = sampled.reduce((sum, [, bytes]) => sum + bytes, 0);
          expect(read).toBe(Math.min(size, 256 * KIB));
          expect(sampled[0]?.[0]).toBe(0);
          let end = 0;
          for (const [offset, bytes] of sampled) {
            expect(Number.isInteger(offset)).toBe(true);
            expect(offset).toBeGreaterThanOrEqual(end);
            end = offset + bytes;
          }
          expect(end).toBe(size);
        },
      ),
    );
  });

  it('differs by size, time of change or sample, but not by name', () => {
    const one = { name: 'a.mp4', size: 1, lastModified: 2, sample: 'x' };
    expect(sameFile(one, { ...one, name: 'b.mp4' })).toBe(true);
    for (const other of [{ size: 2 }, { lastModified: 3 }, { sample: 'y' }]) {
      expect(sameFile(one, { ...one, ...other })).toBe(false);
    }
  });
});
