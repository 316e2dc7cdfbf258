import {
  compilePathPattern,
  normalizedPath,
} from '../../src/cloudfront/distribution/path-pattern.ts';

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
it.each([
  ['images/*.jpg', '/images/a/b.jpg', true],
  ['/images/*.jpg', '/images/a.jpg', true],
  ['images/*.jpg', '/images/a.JPG', false],
  ['a??.jpg', '/ant.jpg', true],
  ['a??.jpg', '/antt.jpg', false],
  ['*.doc?', '/x/y.docx', true],
  ['*.gif', '/a.gif', true],
  ['a.b', '/axb', false],
  ['*', '/', true],
])('%s matches %s: %s', (pattern, path, expected) => {
  expect(compilePathPattern(pattern)(path)).toBe(expected);
});

it.each([
  ['/a/b', '/a/b'],
  ['/a/../b', '/b'],
  ['/a/./b/', '/a/b/'],
  ['/../../b', '/b'],
  ['/a/..', '/'],
  ['/a/b/..', '/a/'],
  ['/%61%2e%2E/b', '/a../b'],
  ['/a/%2e%2e/b', '/b'],
  ['/a%2fb', '/a%2Fb'],
  ['/a%20b', '/a%20b'],
  ['//a', '//a'],
])('%s is normalized to %s', (path, expected) => {
  expect(normalizedPath(path)).toBe(expected);
});
