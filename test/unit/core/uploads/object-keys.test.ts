import fc from 'fast-check';
import {
  decodeOwner,
  encodeOwner,
  formKey,
  outputPrefix,
  parseFormKey,
  parseSourceKey,
  SubjectError,
  sourceKey,
} from '../../../../core/uploads/object-keys.ts';

const UPLOAD = '019b7c2e-5a3e-7000-8000-0123456789ab';
const subjects = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 120 })
  .filter((subject) => Buffer.byteLength(subject) <= 512);

describe('The key of a source', () => {
  it('contains the upload and the owner, for any Unicode subject', () => {
    fc.assert(
      fc.property(subjects, (subject) => {
        const owner = encodeOwner(subject);
        expect(owner).toMatch(/^[\w-]+$/);
        expect(decodeOwner(owner)).toBe(subject);
        expect(parseSourceKey(sourceKey(owner, UPLOAD))).toEqual({ owner, uploadId: UPLOAD });
      }),
    );
  });

  it('differs for different subjects', () => {
    fc.assert(
      fc.property(subjects, subjects, (a, b) => {
        expect(encodeOwner(a) === encodeOwner(b)).toBe(a === b);
      }),
    );
  });

  it('is far below S3’s 1,024 bytes for the longest subject', () => {
    expect(sourceKey(encodeOwner('x'.repeat(512)), UPLOAD).length).toBeLessThan(1_024);
  });

  it.each(['auth0|17', '../../x', 'a/b', 'a\0b', 'ünï¢ødé', '🦔'])(
    'is safe for the subject %j',
    (subject) => {
      const key = sourceKey(encodeOwner(subject), UPLOAD);
      expect(key.split('/')).toHaveLength(4);
      expect(key).toMatch(/^uploads\/[\w-]+\/[0-9a-f-]+\/source$/);
    },
  );

  it.each([
    ['', 'must be 1 to 512 bytes of UTF-8; it has 0'],
    ['x'.repeat(513), 'must be 1 to 512 bytes of UTF-8; it has 513'],
    ['\ud800', 'must be well-formed Unicode; it has a lone surrogate'],
  ])('does not exist for the subject %j', (subject, message) => {
    expect(() => encodeOwner(subject)).toThrow(SubjectError);
    expect(() => encodeOwner(subject)).toThrow(message);
  });

  it.each([
    `uploads/YQ/${UPLOAD}/source/`,
    `uploads/YQ/${UPLOAD}/other`,
    `/uploads/YQ/${UPLOAD}/source`,
    `uploads/YQ==/${UPLOAD}/source`,
    `uploads/YR/${UPLOAD}/source`,
    `uploads//${UPLOAD}/source`,
    `uploads/YQ/not-an-upload/source`,
    `uploads/YQ/00000000-0000-4000-8000-000000000000/source`,
    `uploads/YQ/${UPLOAD}/source\n`,
    `videos/${UPLOAD}/index.m3u8`,
    '',
  ])('is not %j', (key) => {
    expect(parseSourceKey(key)).toBeUndefined();
  });

  it.each(['', 'YR', 'YQ==', 'Y', encodeOwner('x'.repeat(512)).concat('eA')])(
    'has no subject for the owner %j, which encodeOwner never returns',
    (owner) => {
      expect(decodeOwner(owner)).toBeUndefined();
    },
  );

  it('is not in the prefix of forms or outputs', () => {
    expect(sourceKey('YQ', UPLOAD)).toBe(`uploads/YQ/${UPLOAD}/source`);
    expect(outputPrefix(UPLOAD)).toBe(`videos/${UPLOAD}/`);
  });
});

describe('The key of a file that a form has posted', () => {
  it('contains the owner and the upload', () => {
    expect(formKey('YQ', UPLOAD)).toBe(`forms/YQ/${UPLOAD}/source`);
    expect(parseFormKey(formKey('YQ', UPLOAD))).toEqual({ owner: 'YQ', uploadId: UPLOAD });
  });

  it.each([
    sourceKey('YQ', UPLOAD),
    `forms/YQ/${UPLOAD}/other`,
    `forms/YR/${UPLOAD}/source`,
    `forms/YQ/not-an-upload/source`,
    `xforms/YQ/${UPLOAD}/source`,
    `video/YQ/${UPLOAD}/source`,
  ])('is not %j', (key) => {
    expect(parseFormKey(key)).toBeUndefined();
  });
});
