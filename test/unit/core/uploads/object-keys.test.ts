import fc from 'fast-check';
import {
  decodeOwner,
  encodeOwner,
  outputPrefix,
  parseSourceKey,
  SubjectError,
  sourceKey,
} from '../../../../core/uploads/object-keys.ts';

const UPLOAD = '019b7c2e-5a3e-7000-8000-0123456789ab';
const subjects = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 120 })
  .filter((subject) => Buffer.byteLength(subject) <= 512);

describe('An object’s key', () => {
  it('brings back owner and upload for any Unicode subject', () => {
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
    'keeps %j harmless',
    (subject) => {
      const key = sourceKey(encodeOwner(subject), UPLOAD);
      expect(key.split('/')).toHaveLength(4);
      expect(key).toMatch(/^uploads\/[\w-]+\/[0-9a-f-]+\/source$/);
    },
  );

  it.each([
    ['', '0'],
    ['x'.repeat(513), '513'],
    ['\ud800', 'surrogate'],
  ])('is refused for the subject %j', (subject, why) => {
    expect(() => encodeOwner(subject)).toThrow(SubjectError);
    expect(() => encodeOwner(subject)).toThrow(why);
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
  ])('is none of ours: %j', (key) => {
    expect(parseSourceKey(key)).toBeUndefined();
  });

  it('has outputs below one prefix an upload', () => {
    expect(outputPrefix(UPLOAD)).toBe(`videos/${UPLOAD}/`);
  });
});
