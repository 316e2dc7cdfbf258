import { AwsCrc32c } from '@aws-crypto/crc32c';
import { Crc64Nvme } from '@aws-sdk/crc64-nvme';
import * as fc from 'fast-check';
import { checksumOfParts, startChecksum } from '../../src/s3/checksum/algorithms.ts';

const sumOf = (algorithm: 'CRC64NVME' | 'CRC32' | 'CRC32C', data: Uint8Array) => {
  const sum = startChecksum(algorithm);
  sum.update(data);
  return sum.digest();
};

describe('Checksums', () => {
  it('of "123456789" are the published check values', () => {
    const check = (algorithm: 'CRC64NVME' | 'CRC32' | 'CRC32C') =>
      Buffer.from(sumOf(algorithm, Buffer.from('123456789')), 'base64').toString('hex');
    // https://reveng.sourceforge.io/crc-catalogue/: CRC-64/NVME, CRC-32/ISO-HDLC, CRC-32/ISCSI
    expect(check('CRC64NVME')).toBe('ae8b14860a799888');
    expect(check('CRC32')).toBe('cbf43926');
    expect(check('CRC32C')).toBe('e3069283');
  });

  it("equal those of Amazon's implementations, for any pieces", async () => {
    const pieceLists = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(pieceLists, async (pieces) => {
        const whole = Buffer.concat(pieces);
        const sum = startChecksum('CRC64NVME');
        for (const piece of pieces) sum.update(piece);
        const amazon = new Crc64Nvme();
        amazon.update(whole);
        const crc32c = new AwsCrc32c();
        crc32c.update(whole);
        const base64 = async (sum64: Promise<Uint8Array>) =>
          Buffer.from(await sum64).toString('base64');
        expect(sum.digest()).toBe(await base64(amazon.digest()));
        expect(sumOf('CRC32C', whole)).toBe(await base64(crc32c.digest()));
      }),
    );
  });

  it("of large pieces, near the size that is processed in two halves, equal Amazon's too", async () => {
    const chunk = 128 * 1024;
    const sizes = fc.array(
      fc.oneof(fc.constantFrom(0, chunk - 1, chunk, chunk + 1, 2 * chunk), fc.nat(3 * chunk)),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(255), async (lengths, first) => {
        const sums = { CRC64NVME: startChecksum('CRC64NVME'), CRC32C: startChecksum('CRC32C') };
        const amazons = { CRC64NVME: new Crc64Nvme(), CRC32C: new AwsCrc32c() };
        for (const [index, length] of lengths.entries()) {
          const piece = Uint8Array.from(
            { length },
            (_, at) => (at * 31 + (at >> 8) + index) ^ first,
          );
          for (const name of ['CRC64NVME', 'CRC32C'] as const) {
            sums[name].update(piece);
            amazons[name].update(piece);
          }
        }
        for (const name of ['CRC64NVME', 'CRC32C'] as const) {
          const amazon = Buffer.from(await amazons[name].digest()).toString('base64');
          expect(sums[name].digest()).toBe(amazon);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('of an object are derived from those of its parts', () => {
    const algorithm = fc.constantFrom('CRC64NVME' as const, 'CRC32' as const, 'CRC32C' as const);
    const parts = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 8 });
    void fc.assert(
      fc.property(algorithm, parts, (name, pieces) => {
        const sums = pieces.map((piece) => ({ checksum: sumOf(name, piece), size: piece.length }));
        expect(checksumOfParts(name, 'FULL_OBJECT', sums)).toBe(sumOf(name, Buffer.concat(pieces)));
      }),
    );
  });

  it.each(['CRC64NVME', 'CRC32', 'CRC32C'] as const)(
    'of hundreds of parts of one size give that of the object (%s)',
    (name) => {
      const size = 37;
      const whole = Buffer.from(Array.from({ length: 300 * size + 5 }, (_, at) => (at * at) >> 3));
      const starts = Array.from({ length: 301 }, (_, part) => part * size);
      const sums = starts.map((start) => {
        const piece = whole.subarray(start, start + size);
        return { checksum: sumOf(name, piece), size: piece.length };
      });
      expect(checksumOfParts(name, 'FULL_OBJECT', sums)).toBe(sumOf(name, whole));
    },
  );
});
