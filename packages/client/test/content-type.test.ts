import { contentTypeOf } from '../src/content-type.ts';

describe('The content type of a file name', () => {
  it.each([
    ['film.mp4', 'video/mp4'],
    ['film.MP4', 'video/mp4'],
    ['film.m4v', 'video/x-m4v'],
    ['film.mov', 'video/quicktime'],
    ['film.webm', 'video/webm'],
    ['film.mkv', 'video/x-matroska'],
    ['film.ts', 'video/mp2t'],
    ['film.m2ts', 'video/mp2t'],
    ['film.mts', 'video/mp2t'],
    ['film.mpg', 'video/mpeg'],
    ['film.3gp', 'video/3gpp'],
    ['film.avi', 'video/x-msvideo'],
    ['film.flv', 'video/x-flv'],
    ['film.wmv', 'video/x-ms-wmv'],
    ['a.b.mov', 'video/quicktime'],
    ['film.mp4.txt', undefined],
    ['mp4', undefined],
    ['film.', undefined],
    ['film.constructor', undefined],
    ['', undefined],
  ])('%s is %s', (name, type) => {
    expect(contentTypeOf(name)).toBe(type);
  });
});
