import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Crc64Nvme } from '@aws-sdk/crc64-nvme';
import fc from 'fast-check';
import { crcFromBase64, crcToBase64 } from '../src/crc64/base64.ts';
import { combineCrcs } from '../src/crc64/combine.ts';
import { crc64, wasmCrc64 } from '../src/crc64/crc64.ts';
import { wasmBytesModule } from '../src/crc64/make-wasm.ts';
import { tableCrc64 } from '../src/crc64/tables.ts';

const bytes = fc.uint8Array({ maxLength: 2_000 });

async function awsSays(data: Uint8Array): Promise<string> {
  const sum = new Crc64Nvme();
  sum.update(data);
  return Buffer.from(await sum.digest()).toString('base64');
}

describe.each([
  ['WebAssembly', wasmCrc64()],
  ['tables', tableCrc64()],
])('CRC64NVME by %s', (_name, update) => {
  it('gives the check value of the NVM Express specification', () => {
    expect(update(0n, Buffer.from('123456789'))).toBe(0xae8b14860a799888n);
  });

  it('agrees with the SDK’s own on any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (data) => {
        expect(crcToBase64(update(0n, data))).toBe(await awsSays(data));
      }),
    );
  });

  it('agrees with the SDK’s own on more than one chunk', async () => {
    const data = Uint8Array.from({ length: 300_001 }, (_, index) => (index * 31) >> 3);
    expect(crcToBase64(update(0n, data))).toBe(await awsSays(data));
  });

  it('continues where it stopped, however the bytes are cut', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), (data, at) => {
        const cut = at % (data.length + 1);
        const first = update(0n, data.subarray(0, cut));
        expect(update(first, data.subarray(cut))).toBe(update(0n, data));
      }),
    );
  });
});

describe('Combining the checksums of parts', () => {
  const update = crc64();

  it('gives the checksum of the whole, whatever the parts’ sizes', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 6 }), (parts) => {
        const checksummed = parts.map((part) => ({ crc: update(0n, part), size: part.length }));
        expect(combineCrcs(checksummed)).toBe(update(0n, Buffer.concat(parts)));
      }),
    );
  });

  it('depends on the order of parts', () => {
    const [one, two] = [Buffer.from('one'), Buffer.from('two')].map((part) => ({
      crc: update(0n, part),
      size: part.length,
    }));
    if (!one || !two) throw new Error('There are two parts.');
    expect(combineCrcs([two, one])).not.toBe(combineCrcs([one, two]));
  });

  it('works for parts of 5 GiB', () => {
    const size = 5 * 1024 ** 3;
    const half = { crc: 0x1234n, size };
    const once = combineCrcs([half, { crc: 0n, size }]);
    expect(once).toBe(
      combineCrcs([half, { crc: 0n, size: size / 2 }, { crc: 0n, size: size / 2 }]),
    );
  });
});

describe('A checksum as text', () => {
  it('can be converted to base64 and back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (crc) => {
        expect(crcFromBase64(crcToBase64(crc))).toBe(crc);
      }),
    );
  });
});

describe('The WebAssembly that is shipped', () => {
  it('is compiled from its source', async () => {
    const path = join(import.meta.dirname, '../src/crc64/wasm-bytes.ts');
    expect(readFileSync(path, 'utf8')).toBe(await wasmBytesModule());
  });
});
