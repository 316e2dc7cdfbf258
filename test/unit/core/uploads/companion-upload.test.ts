import fc from 'fast-check';
import { companionUpload, fromParams } from '../../../../core/uploads/companion-upload.ts';

const asked = (metadata: Record<string, unknown>) => ({
  filename: 'film.mp4',
  type: 'video/mp4',
  metadata: { name: 'film.mp4', type: 'video/mp4', ...metadata },
});

/** Where `@uppy/aws-s3` 5.1 and 6.3 cut a file, by default: `MultipartUploader.ts`, `S3Uploader.ts`. */
function cutByUppy(size: number): number[] {
  const chunkSize = Math.max(Math.ceil(size / 10_000), 5 * 1024 * 1024);
  const sizes: number[] = [];
  for (let offset = 0; offset < size; offset += chunkSize) {
    sizes.push(Math.min(chunkSize, size - offset));
  }
  return sizes;
}

const fieldOf = (metadata: Record<string, unknown>) => {
  const wanted = companionUpload(asked(metadata), 'multipart');
  return 'problems' in wanted ? wanted.problems[0]?.pointer : undefined;
};

describe('What Uppy asks for', () => {
  it('is cut as Uppy cuts it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000_000_000 }), (size) => {
        const wanted = companionUpload(asked({ size }), 'multipart');
        if ('problems' in wanted) throw new Error(JSON.stringify(wanted.problems));
        const { partSize, partCount } = wanted.plan;
        const cut = cutByUppy(size);
        expect([partCount, partSize, size - partSize * (partCount - 1)]).toEqual([
          cut.length,
          cut.length > 1 ? cut[0] : partSize,
          cut.at(-1),
        ]);
      }),
    );
  });

  it('keeps the app’s own meta fields, as text', () => {
    const metadata = { size: '17', album: 'summer', year: 2026, shared: true, relativePath: null };
    expect(companionUpload(asked(metadata), 'post')).toMatchObject({
      request: {
        fileName: 'film.mp4',
        contentType: 'video/mp4',
        size: 17,
        method: 'post',
        metadata: { album: 'summer', year: '2026', shared: 'true' },
      },
    });
  });

  it('takes the app’s own part size', () => {
    const metadata = { size: 100_000_000, partSize: 20_000_000 };
    expect(companionUpload(asked(metadata), 'multipart')).toMatchObject({
      plan: { size: 100_000_000, partSize: 20_000_000, partCount: 5 },
    });
  });

  it.each([
    ['no size', {}, '/metadata/size'],
    ['a size in words', { size: 'large' }, '/metadata/size'],
    ['a size below nothing', { size: -1 }, '/metadata/size'],
    ['half a byte', { size: 0.5 }, '/metadata/size'],
    ['a size that no object has', { size: 2 ** 53 - 1 }, '/metadata/size'],
    ['parts below 5 MiB', { size: 1, partSize: 5 * 1024 * 1024 - 1 }, '/metadata/partSize'],
    ['parts over 5 GiB', { size: 1, partSize: 5 * 1024 ** 3 + 1 }, '/metadata/partSize'],
    ['over 10,000 parts', { size: 10 ** 12, partSize: 10 ** 7 }, '/metadata/partSize'],
    ['a list', { size: 1, tags: ['a'] }, '/metadata/tags'],
    ['a field with a strange name', { size: 1, 'a/b': 'c' }, '/metadata/a~1b'],
    ['a field named __proto__', JSON.parse('{"size":1,"__proto__":"x"}'), '/metadata/__proto__'],
    ['a control character', { size: 1, a: 'b\n' }, '/metadata/a'],
    ['a field that is too long', { size: 1, a: 'x'.repeat(513) }, '/metadata/a'],
  ])('is refused with %s', (_what, metadata, pointer) => {
    expect(fieldOf(metadata)).toBe(pointer);
  });

  it('comes in a query too, its meta fields by name', () => {
    const query = { filename: 'a.mp4', type: 'video/mp4', 'metadata[size]': '17', other: 'x' };
    expect(fromParams(query)).toEqual({
      filename: 'a.mp4',
      type: 'video/mp4',
      metadata: { size: '17' },
    });
  });
});
