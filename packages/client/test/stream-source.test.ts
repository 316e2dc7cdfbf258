import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { PartJob, PartRequestOptions } from '../src/part-source.ts';
import { streamSource } from '../src/stream-source.ts';
import type { StreamInput } from '../src/upload-options.ts';

const input = (stream: StreamInput['stream'], size: number): StreamInput => ({
  stream,
  size,
  name: 'film.mp4',
});
const sending: PartRequestOptions = { onBytes: () => {}, signal: new AbortController().signal };
const never = new Promise<never>(() => {});

/** Collects everything that is sent, by its offset. */
function sourceOf(stream: StreamInput['stream'], size: number) {
  const sent = new Map<string, Uint8Array>();
  const source = streamSource(input(stream, size), async (url, bytes) => {
    sent.set(url, bytes);
    return { status: 200, etag: '"1"', body: '' };
  });
  return { source, sent };
}

/** The parts of a file; the last one has the rest. */
function partsOf(size: number, partSize: number): PartJob[] {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => ({
    partNumber: index + 1,
    offset: index * partSize,
    size: Math.min(partSize, size - index * partSize),
  }));
}

describe('A stream', () => {
  it('is cut into parts whatever its chunks are, also if parts are requested at the same time', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 50 }), async (pieces, partSize) => {
        const whole = Buffer.concat(pieces);
        const { source, sent } = sourceOf(Readable.from(pieces), whole.length);
        const parts = partsOf(whole.length, partSize);
        await Promise.all(parts.map((part) => source.send(part, `${part.offset}`, sending)));
        for (const { offset, size } of parts) {
          const bytes = Buffer.from(sent.get(`${offset}`) ?? []);
          expect(bytes.equals(whole.subarray(offset, offset + size))).toBe(true);
        }
        await source.close();
      }),
    );
  });

  it('is unreadable if it is shorter or longer than announced', async () => {
    for (const size of [3, 5]) {
      const { source } = sourceOf(Readable.from([new Uint8Array(4)]), size);
      const [part] = partsOf(size, size);
      const sent = part && source.send(part, 'url', sending);
      await expect(sent).rejects.toMatchObject({ code: 'file_unreadable' });
    }
  });

  it('that fails is unreadable, also after its last byte', async () => {
    const breaking = async function* () {
      yield new Uint8Array(4);
      throw new Error('The disk is gone.');
    };
    for (const size of [4, 5]) {
      const { source } = sourceOf(breaking(), size);
      const [part] = partsOf(size, size);
      const sent = part && source.send(part, 'url', sending);
      await expect(sent).rejects.toMatchObject({
        code: 'file_unreadable',
        message: 'Error: The disk is gone.',
      });
    }
  });

  it.each<[string, () => StreamInput['stream']]>([
    ['a Readable', () => new Readable({ read() {} })],
    [
      'a generator',
      async function* () {
        yield await never;
      },
    ],
    ['a ReadableStream', () => new ReadableStream<Uint8Array>({})],
  ])(
    'that gives nothing does not keep its upload from ending: %s',
    async (_name, make) => {
      const { source } = sourceOf(make(), 4);
      const [part] = partsOf(4, 4);
      // The part may stay pending, or be rejected.
      if (part) source.send(part, 'url', sending).catch(() => {});
      expect(await source.close()).toBeUndefined();
    },
    5_000,
  );
});
