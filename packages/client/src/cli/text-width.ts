/** Characters that take two columns in a terminal: East Asian scripts, full-width forms, most emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

/** Combining marks and joiners: they take no column. */
const NO_WIDTH = /[\p{Mn}\p{Me}\u200b-\u200d]/u;

/** Control and direction characters: a file name must not move the cursor, set colours or reverse the line. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text from outside, with unsafe characters replaced. */
export function printable(text: string): string {
  return text.toWellFormed().replaceAll(UNSAFE, '\ufffd');
}

/** How many columns a text takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/**
 * The text in exactly `columns`: padded with spaces, or with its middle left out. The beginning and the end of a file
 * name are the most useful.
 */
export function fitted(text: string, columns: number, ellipsis = '…'): string {
  const width = textWidth(text);
  if (width <= columns) return text + ' '.repeat(columns - width);
  const room = columns - textWidth(ellipsis);
  if (room <= 0) return ellipsis.slice(0, Math.max(0, columns)).padEnd(Math.max(0, columns));
  const head = fittingStart([...text], Math.ceil(room / 2));
  const tail = [...fittingStart([...text].reverse(), room - textWidth(head))].reverse().join('');
  const cut = head + ellipsis + tail;
  return cut + ' '.repeat(columns - textWidth(cut));
}

/** The text in at most `columns`, with its end left out. */
export function shortened(text: string, columns: number, ellipsis = '…'): string {
  if (textWidth(text) <= columns) return text;
  return fittingStart([...text], columns - textWidth(ellipsis)) + ellipsis;
}

/** As many characters from the start as fit. */
function fittingStart(characters: readonly string[], columns: number): string {
  let text = '';
  let width = 0;
  for (const character of characters) {
    width += characterWidth(character);
    if (width > columns) break;
    text += character;
  }
  return text;
}
