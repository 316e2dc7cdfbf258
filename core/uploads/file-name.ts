/** Bytes of UTF-8: four times the limit of common file systems, and small compared with DynamoDB's 400 KB per item. */
const MAX_FILE_NAME_BYTES = 1_024;

/** Characters. */
const MAX_DISPLAY_NAME = 255;

/**
 * Removed, because they can make `4pm.exe` look like `exe.mp4` or two names look the same: control characters, line
 * separators, and whatever Unicode shows as nothing (Default_Ignorable_Code_Point: direction marks, zero-width
 * spaces, fillers). https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 *
 * Kept, because they change how the character before them is shown: variation selectors; joiners (U+200C, U+200D)
 * after a letter, mark or emoji outside ASCII, which Persian, the Indic scripts and emoji need; and the tags that
 * spell a region after the black flag emoji. https://www.unicode.org/reports/tr51/#def_emoji_tag_sequence
 */
const INVISIBLE = new RegExp(
  [
    String.raw`[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]`,
    String.raw`[\p{Default_Ignorable_Code_Point}--[\p{Variation_Selector}\u200c\u200d\u{e0020}-\u{e007f}]]`,
    String.raw`(?<![[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]--\p{ASCII}])[\u200c\u200d]`,
    String.raw`(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}]`,
  ].join('|'),
  'gv',
);

/** No character of which a name could be recognized. */
const BLANK = /^[.\s\p{Default_Ignorable_Code_Point}]*$/u;

/** Describes what is wrong with a file name; undefined if it is valid. A path is valid: nothing opens it. */
export function fileNameProblem(fileName: string): string | undefined {
  if (!fileName.isWellFormed()) return 'must be well-formed Unicode; it has a lone surrogate';
  const bytes = new TextEncoder().encode(fileName).length;
  if (bytes === 0 || bytes > MAX_FILE_NAME_BYTES) {
    return `must be 1 to ${MAX_FILE_NAME_BYTES} bytes of UTF-8; it has ${bytes}`;
  }
  const control = /\p{Cc}/u.exec(fileName);
  if (control) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `must have no control character; it has U+${code} at ${control.index}`;
  }
  return undefined;
}

/** A drive, a root or a step between folders. Elsewhere a backslash is an ordinary character: `AC\DC live.mp4`. */
const WINDOWS_PATH = /^[a-z]:\\|^\\|(?:^|\\)\.{1,2}\\/i;

/** A name that is safe to display and log: without folders and without invisible characters. */
export function displayName(fileName: string): string {
  const separator = WINDOWS_PATH.test(fileName) ? /[/\\]/ : '/';
  const last = fileName.split(separator).at(-1) ?? '';
  const shown = last.toWellFormed().normalize('NFC').replaceAll(INVISIBLE, '').trim();
  if (BLANK.test(shown)) return 'video';
  return [...shown].slice(0, MAX_DISPLAY_NAME).join('');
}
