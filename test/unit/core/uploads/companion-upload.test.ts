import fc from 'fast-check';
import {
  MAX_OBJECT_BYTES,
  MAX_PART_BYTES,
  MIN_PART_BYTES,
} from '../../../../core/grants/part-plan.ts';
import { companionUpload, fromParams } from '../../../../core/uploads/companion-upload.ts';

const create = (metadata: Record<string, unknown>) => ({
  filename: 'film.mp4',
  type: 'video/mp4',
  metadata: { name: 'film.mp4', type: 'video/mp4', ...metadata },
});

/** The part sizes of `@uppy/aws-s3` 5.1 and 6.3 by default: `MultipartUploader.ts`, `S3Uploader.ts`. */
function partSizesOfUppy(size: number): number[] {
  const chunkSize = Math.max(Math.ceil(size / 10_000), 5 * 1024 * 1024);
  const sizes: number[] = [];
  for (let offset = 0; offset < size; offset += chunkSize) {
    sizes.push(Math.min(chunkSize, size - offset));
  }
  return sizes;
}

const problemsOf = (metadata: Record<string, unknown>) => {
  const upload = companionUpload(create(metadata), 'multipart');
  return 'problems' in upload ? upload.problems : [];
};

const manyFields = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`field${index}`, 'x']));

describe('An upload by Uppy', () => {
  it('has the part plan of Uppy', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000_000_000 }), (size) => {
        const upload = companionUpload(create({ size }), 'multipart');
        if ('problems' in upload) throw new Error(JSON.stringify(upload.problems));
        const { partSize, partCount } = upload.plan;
        const parts = partSizesOfUppy(size);
        expect([partCount, partSize, size - partSize * (partCount - 1)]).toEqual([
          parts.length,
          parts.length > 1 ? parts[0] : partSize,
          parts.at(-1),
        ]);
      }),
    );
  });

  it('keeps the meta fields of the app, as text', () => {
    const metadata = { size: '17', album: 'summer', year: 2026, shared: true, relativePath: null };
    expect(companionUpload(create(metadata), 'post')).toMatchObject({
      request: {
        fileName: 'film.mp4',
        contentType: 'video/mp4',
        size: 17,
        method: 'post',
        metadata: { album: 'summer', year: '2026', shared: 'true' },
      },
    });
  });

  it('does not store the meta fields that Uppy or reelgate use themselves', () => {
    const upload = companionUpload(create({ size: 17, partSize: 5 * 1024 ** 2 }), 'post');
    expect(upload).toHaveProperty('request.metadata', {});
  });

  it('can have a part size from the app', () => {
    const metadata = { size: 100_000_000, partSize: 20_000_000 };
    expect(companionUpload(create(metadata), 'multipart')).toMatchObject({
      plan: { size: 100_000_000, partSize: 20_000_000, partCount: 5 },
    });
  });

  it('has the part size of Uppy if the one from the app is null', () => {
    expect(companionUpload(create({ size: 1, partSize: null }), 'multipart')).toMatchObject({
      plan: { size: 1, partSize: MIN_PART_BYTES, partCount: 1 },
    });
  });

  it.each([
    [{ size: 0 }, MIN_PART_BYTES, 1],
    [{ size: MAX_OBJECT_BYTES }, MAX_PART_BYTES, 10_000],
    [{ size: 1, partSize: MIN_PART_BYTES }, MIN_PART_BYTES, 1],
    [{ size: 1, partSize: MAX_PART_BYTES }, MAX_PART_BYTES, 1],
    [{ size: 10_000 * MIN_PART_BYTES, partSize: MIN_PART_BYTES }, MIN_PART_BYTES, 10_000],
  ])('is accepted at the limits of S3: %j', (metadata, partSize, partCount) => {
    expect(companionUpload(create(metadata), 'multipart')).toMatchObject({
      plan: { partSize, partCount },
    });
  });

  it.each([
    ['no size', {}, '/metadata/size'],
    ['a size in words', { size: 'large' }, '/metadata/size'],
    ['an empty size', { size: '' }, '/metadata/size'],
    ['white space before the size', { size: ' 17' }, '/metadata/size'],
    ['white space after the size', { size: '17 ' }, '/metadata/size'],
    ['a negative size', { size: -1 }, '/metadata/size'],
    ['a fraction of a byte', { size: 0.5 }, '/metadata/size'],
    ['a size over the limit of S3', { size: MAX_OBJECT_BYTES + 1 }, '/metadata/size'],
    ['a part size in words', { size: 1, partSize: 'large' }, '/metadata/partSize'],
    ['parts below 5 MiB', { size: 1, partSize: MIN_PART_BYTES - 1 }, '/metadata/partSize'],
    ['parts over 5 GiB', { size: 1, partSize: MAX_PART_BYTES + 1 }, '/metadata/partSize'],
    [
      'over 10,000 parts',
      { size: 10_000 * MIN_PART_BYTES + 1, partSize: MIN_PART_BYTES },
      '/metadata/partSize',
    ],
    ['a list', { size: 1, tags: ['a'] }, '/metadata/tags'],
    ['a slash in the name of a field', { size: 1, 'a/b': 'c' }, '/metadata/a~1b'],
    ['a tilde in the name of a field', { size: 1, 'a~b': 'c' }, '/metadata/a~0b'],
    ['a field named __proto__', JSON.parse('{"size":1,"__proto__":"x"}'), '/metadata/__proto__'],
    ['a control character', { size: 1, a: 'b\n' }, '/metadata/a'],
    ['a value that is too long', { size: 1, a: 'x'.repeat(513) }, '/metadata/a'],
    ['too many fields', { size: 1, ...manyFields(21) }, '/metadata'],
  ])('is refused with %s', (_, metadata, pointer) => {
    expect(problemsOf(metadata)).toMatchObject([{ code: 'invalid_request', pointer }]);
  });

  it.each([
    ['how an app sets the size', {}, 'uppy.setFileMeta(file.id, { size: file.size })'],
    ['the limits of a part', { size: 1, partSize: 1 }, '5242880 to 5368709120 bytes'],
    ['which types a field can have', { size: 1, tags: [] }, 'must be a string, number or boolean'],
    ['how many fields are allowed', { size: 1, ...manyFields(21) }, 'must have at most 20 entries'],
  ])('is refused with a message that says %s', (_, metadata, message) => {
    expect(problemsOf(metadata)[0]?.detail).toContain(message);
  });
});

describe('A request of Uppy in a query string', () => {
  it('has its meta fields as metadata[name]', () => {
    const query = {
      filename: 'a.mp4',
      type: 'video/mp4',
      'metadata[size]': '17',
      'metadata[two\nlines]': 'y',
    };
    expect(fromParams(query)).toEqual({
      filename: 'a.mp4',
      type: 'video/mp4',
      metadata: { size: '17', 'two\nlines': 'y' },
    });
  });

  it.each(['other', 'metadata', 'metadata[a', 'metadata[a]b', 'xmetadata[a]'])(
    'has no meta field in the parameter %s',
    (name) => {
      const query = { filename: 'a.mp4', type: 'video/mp4', [name]: 'x' };
      expect(fromParams(query).metadata).toEqual({});
    },
  );
});
