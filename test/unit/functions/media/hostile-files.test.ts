import fc from 'fast-check';
import { box } from '../../../kit/media/boxes.ts';
import { BUDGET, inspect } from '../../../kit/media/memory-object.ts';
import { formats, sampleFile } from '../../../kit/media/sample-files.ts';

const kinds = ['mp4', 'mp4Fragmented', 'mov', 'webm', 'webmLive', 'mkv', 'mpegts'] as const;

const samples = await Promise.all(
  kinds.map((kind) =>
    sampleFile({
      format: formats[kind](),
      seconds: 3,
      codec: kind.startsWith('webm') ? 'vp9' : 'avc',
      sound: ['mp4', 'mov', 'mkv'].includes(kind),
      pictureBytes: 120,
    }),
  ),
);

/** Edge values of length fields. */
const edges = fc.constantFrom(0, 1, 7, 8, 0x7f, 0x80, 0xff);

/** Length fields are four or eight bytes that are all one or all zero but the last. */
const wounds = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fill: fc.constantFrom(0x00, 0xff, undefined),
  length: fc.integer({ min: 1, max: 8 }),
  last: edges,
});

async function outcomeOf(bytes: Uint8Array, contentType: string) {
  const { code, cost } = await inspect(bytes, contentType);
  expect(code).toMatch(/^[a-z_]+$/);
  expect(cost.reads).toBeLessThanOrEqual(BUDGET.reads);
  expect(cost.bytes).toBeLessThanOrEqual(BUDGET.bytes);
}

const ftyp = box('ftyp', Buffer.from('isom\0\0\0\0isom'));

describe('A hostile file', () => {
  it('is accepted or rejected within the budget, whichever bytes of a valid file are changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(samples.length - 1),
        fc.array(wounds, { minLength: 1, maxLength: 6 }),
        async (which, changes) => {
          const bytes = (samples[which] ?? new Uint8Array()).slice();
          for (const { at, fill, length, last } of changes) {
            const start = Math.floor(at * bytes.length);
            if (fill !== undefined) bytes.fill(fill, start, start + length);
            const end = start + length;
            if (end < bytes.length) bytes[end] = last;
          }
          await outcomeOf(bytes, 'video/mp4');
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is accepted or rejected if the descriptions are changed, which hold most of the fields', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(samples.length - 1),
        fc.nat(1_200),
        fc.boolean(),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        async (which, offset, fromEnd, noise) => {
          const bytes = (samples[which] ?? new Uint8Array()).slice();
          const at = fromEnd ? bytes.length - 8 - offset : offset;
          bytes.set(noise, Math.max(0, at));
          await outcomeOf(bytes, 'video/x-matroska');
        },
      ),
      { numRuns: 400 },
    );
  });

  it('of boxes nested ten thousand levels deep is accepted or rejected', async () => {
    let deep = Buffer.alloc(0);
    for (let level = 0; level < 10_000; level += 1) {
      const header = Buffer.alloc(8);
      header.writeUInt32BE(deep.length + 8);
      header.write(level % 2 === 0 ? 'trak' : 'mdia', 4, 'latin1');
      deep = Buffer.concat([header, deep]);
    }
    await outcomeOf(Buffer.concat([ftyp, box('moov', deep)]), 'video/mp4');
  });

  it('with four billion samples in a few bytes is accepted or rejected', async () => {
    const many = Buffer.from([
      0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1,
    ]);
    const [mp4 = new Uint8Array()] = samples;
    for (const table of ['stts', 'ctts', 'stsz', 'stsc', 'stco', 'stss', 'elst', 'stsd', 'dref']) {
      const at = Buffer.from(mp4).indexOf(table);
      if (at < 0) continue;
      const bytes = mp4.slice();
      bytes.set(many, at + 4);
      await outcomeOf(bytes, 'video/mp4');
    }
  });

  it('with four billion samples in a fragment is accepted or rejected', async () => {
    const fragmented = samples[1] ?? new Uint8Array();
    const at = Buffer.from(fragmented).indexOf('trun');
    for (const flags of [0, 0x100, 0xf01]) {
      const bytes = fragmented.slice();
      new DataView(bytes.buffer).setUint32(at + 4, flags);
      new DataView(bytes.buffer).setUint32(at + 8, 0xffff_ffff);
      await outcomeOf(bytes, 'video/mp4');
    }
  });

  it('full of false starts of fragments or clusters is searched once', async () => {
    const [, fragmented = new Uint8Array(), , , live = new Uint8Array()] = samples;
    const moof = box('moof', ...Array.from({ length: 400 }, () => box('free')));
    const tail = Buffer.concat(Array.from({ length: 600 }, () => moof));
    await outcomeOf(Buffer.concat([fragmented, tail]), 'video/mp4');
    const cluster = Buffer.from([0x1f, 0x43, 0xb6, 0x75, 0x81, 0xec, 0x8a, 0, 0, 0, 0, 0]);
    const clusters = Buffer.concat(Array.from({ length: 400_000 }, () => cluster));
    await outcomeOf(Buffer.concat([live, clusters]), 'video/webm');
  });
});
