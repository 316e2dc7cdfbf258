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
    ['\\\\server\\a.mp4', 'a.mp4'],
    ['..\\..\\windows\\a.mp4', 'a.mp4'],
    ['a\\..\\b.mp4', 'b.mp4'],
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
  it.each([
    ['a backslash', 'AC\\DC live.mp4'],
    ['an emoji of a family', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}.mp4'],
    ['an emoji with a selector and a joiner', '\u2764\ufe0f\u200d\u{1f525}.mp4'],
    ['an emoji with a skin tone and a joiner', '\u{1f469}\u{1f3fd}\u200d\u{1f52c}.mp4'],
    ['the flag of Scotland', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}.mp4'],
    ['Persian', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.mp4'],
    ['Malayalam that ends in a joiner', '\u0d05\u0d35\u0d28\u0d4d\u200d.mp4'],
    ['an Arabic number sign', '\u0600\u0661.mp4'],
  ])('%s is displayed as it is', (_, name) => expect(displayName(name)).toBe(name));

  it.each([
    ['a joiner between Latin letters', '4\u200dp\u200cm.exe', '4pm.exe'],
    ['a second joiner', '\u0645\u06cc\u200c\u200c\u062e.mp4', '\u0645\u06cc\u200c\u062e.mp4'],
    ['a joiner at the start', '\u200da.mp4', 'a.mp4'],
    ['tags without a flag', 'a\u{e0067}\u{e007f}.mp4', 'a.mp4'],
    ['direction marks', '\u202aa\u2066\u200e\u061c.mp4', 'a.mp4'],
    ['a byte order mark, a soft hyphen and a filler', '\ufeffa\u00ad\u3164.mp4', 'a.mp4'],
    ['all of a name that shows nothing', '\u3164\u200d \ufe0f\u{e0067}', 'video'],
  ])('%s is not displayed', (_, name, shown) => expect(displayName(name)).toBe(shown));
});
