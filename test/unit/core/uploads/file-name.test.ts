import { displayName, fileNameProblem } from '../../../../core/uploads/file-name.ts';

describe('A file name', () => {
  it.each(['a', 'x'.repeat(1_024), 'é'.repeat(512), '../a b.mp4', '\u{1f3ac}', ' ', '\u00a0'])(
    'is valid if it has 1 to 1,024 bytes and no control character: %j',
    (name) => {
      expect(fileNameProblem(name)).toBeUndefined();
    },
  );

  it.each([
    ['', 'must be 1 to 1024 bytes of UTF-8; it has 0'],
    ['x'.repeat(1_025), 'must be 1 to 1024 bytes of UTF-8; it has 1025'],
    [`${'é'.repeat(512)}x`, 'must be 1 to 1024 bytes of UTF-8; it has 1025'],
    ['ab\n', 'must have no control character; it has U+000A at 2'],
    ['\u0000', 'must have no control character; it has U+0000 at 0'],
    ['a\u001f', 'must have no control character; it has U+001F at 1'],
    ['a\u007f', 'must have no control character; it has U+007F at 1'],
    ['a\u009f', 'must have no control character; it has U+009F at 1'],
    ['a\ud800', 'must be well-formed Unicode; it has a lone surrogate'],
  ])('%j is refused', (name, problem) => {
    expect(fileNameProblem(name)).toBe(problem);
  });

  it.each([
    ['C:\\videos\\a.mp4', 'a.mp4'],
    ['/home/me/a.mp4', 'a.mp4'],
    ['  a b.mp4 ', 'a b.mp4'],
    ['a\u202e4pm.exe', 'a4pm.exe'],
    ['a\u200b\u2028\u2029\u0007.mp4', 'a.mp4'],
    ['e\u0301.mp4', '\u00e9.mp4'],
    ['', 'video'],
    ['folder/', 'video'],
    ['...', 'video'],
    ['.a', '.a'],
    ['a.', 'a.'],
    ['x'.repeat(255), 'x'.repeat(255)],
    ['x'.repeat(256), 'x'.repeat(255)],
    ['\u{1f3ac}'.repeat(256), '\u{1f3ac}'.repeat(255)],
  ])('%j is displayed as %j', (name, shown) => {
    expect(displayName(name)).toBe(shown);
  });
});
