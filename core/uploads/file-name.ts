/** Bytes of UTF-8: four times the limit of common file systems, and small compared with DynamoDB's 400 KB per item. */
const MAX_FILE_NAME_BYTES = 1_024;

/** Characters. */
const MAX_DISPLAY_NAME = 255;

/** Control, direction and zero-width characters, which can make `4pm.exe` look like `exe.mp4`. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

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

/** A name that is safe to display and log: without folders, control and direction characters. */
export function displayName(fileName: string): string {
  const last = fileName.split(/[/\\]/).at(-1) ?? '';
  const shown = last.toWellFormed().normalize('NFC').replaceAll(INVISIBLE, '').trim();
  if (/^\.*$/.test(shown)) return 'video';
  return [...shown].slice(0, MAX_DISPLAY_NAME).join('');
}
