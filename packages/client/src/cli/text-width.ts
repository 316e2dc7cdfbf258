/** Characters that a terminal shows two columns wide: East Asian scripts, full-width forms, most emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

/** Marks that stand on the character before, and joiners: no column of their own. */
const NO_WIDTH = /[\p{Mn}\p{Me}\u200b-\u200d]/u;

/** Control and direction characters: a file's name must not move the cursor, colour or turn the line around. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text from elsewhere as a terminal may get it. */
export function printable(text: string): string {
  return text.toWellFormed().replaceAll(UNSAFE, '\ufffd');
}

/** Columns that a text takes. */
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
 * The text in exactly `columns`: filled with spaces at its end, or its middle left out. Beginning and end of a
 * file's name tell most of it.
 */
export function fitted(text: string, columns: number, ellipsis = '…'): string {
  const width = textWidth(text);
  if (width <= columns) return text + ' '.repeat(columns - width);
  const room = columns - textWidth(ellipsis);
  if (room <= 0) return ellipsis.slice(0, Math.max(0, columns)).padEnd(Math.max(0, columns));
  const head = taken([...text], Math.ceil(room / 2));
  const tail = [...taken([...text].reverse(), room - textWidth(head))].reverse().join('');
  const cut = head + ellipsis + tail;
  return cut + ' '.repeat(columns - textWidth(cut));
}

/** As many characters from the front as fit. */
function taken(characters: readonly string[], columns: number): string {
  let text = '';
  let width = 0;
  for (const character of characters) {
    width += characterWidth(character);
    if (width > columns) break;
    text += character;
  }
  return text;
}
