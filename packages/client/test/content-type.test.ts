import { contentTypeOf } from '../src/content-type.ts';
import { diskFileType } from '../src/node/disk-file-type.ts';

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

describe('The type of a file on disk', () => {
  it.each([
    ['film.mpg', 'video/mpeg'],
    ['film.VOB', 'video/mpeg'],
    ['film.m2t', 'video/mp2t'],
    ['film.3gp', 'video/3gpp'],
    ['film.3g2', 'video/3gpp2'],
    ['film.avi', 'video/x-msvideo'],
    ['film.flv', 'video/x-flv'],
    ['film.asf', 'video/x-ms-asf'],
    ['film.wmv', 'video/x-ms-wmv'],
    ['film.txt', ''],
    ['film.constructor', ''],
  ])('%s is reported as a browser does: %j', (name, type) => {
    expect(diskFileType(name)).toBe(type);
  });
});
