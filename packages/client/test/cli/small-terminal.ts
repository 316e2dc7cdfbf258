import { textWidth } from '../../src/cli/text-width.ts';

const ESCAPE = '\x1b';
const TOKEN = new RegExp(`${ESCAPE}\\[\\??[\\d;]*[A-Za-z]|[^${ESCAPE}]`, 'gu');
const UP = new RegExp(`^${ESCAPE}\\[(\\d+)A$`);
const COLOUR = new RegExp(`^${ESCAPE}\\[\\d+m$`);

/** The features of a terminal that the live lines use: wrapping, cursor up, erase below, colours, hidden cursor. */
export class SmallTerminal {
  columns: number;
  readonly rows: number;
  written = '';
  cursorHidden = false;
  #screen: string[] = [''];
  #row = 0;
  /** In characters. */
  #column = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    this.written += text;
    for (const [token] of text.matchAll(TOKEN)) this.#take(token);
  }

  /** Wider lines wrap, as in most terminals. */
  resize(columns: number): void {
    const before = this.#screen.slice(0, this.#row + 1);
    this.columns = columns;
    this.#screen = before.flatMap((line) => wrapped(line, columns));
    this.#row = this.#screen.length - 1;
    this.#column = 0;
  }

  /** What is visible, without the empty line of the cursor. */
  lines(): string[] {
    return this.#screen.slice(0, this.#screen.at(-1) === '' ? -1 : undefined);
  }

  #take(token: string): void {
    const up = UP.exec(token)?.[1];
    const line = [...(this.#screen[this.#row] ?? '')];
    if (token === '\n') {
      this.#row += 1;
      this.#column = 0;
      this.#screen[this.#row] ??= '';
    } else if (token === '\r') {
      this.#column = 0;
    } else if (token === '\x1b[?25l' || token === '\x1b[?25h') {
      this.cursorHidden = token.endsWith('l');
    } else if (token === '\x1b[K') {
      this.#screen[this.#row] = line.slice(0, this.#column).join('');
    } else if (token === '\x1b[J') {
      this.#screen.length = this.#row + 1;
      this.#screen[this.#row] = line.slice(0, this.#column).join('');
    } else if (up !== undefined) {
      this.#row = Math.max(0, this.#row - Number(up));
    } else if (!token.startsWith('\x1b')) {
      line[this.#column] = token;
      this.#column += 1;
      this.#screen[this.#row] = line.join('');
      if (textWidth(line.join('')) > this.columns) {
        throw new Error(`Wider than the window: ${line.join('')}`);
      }
    } else if (!COLOUR.test(token)) {
      throw new Error(`Not known to this terminal: ${JSON.stringify(token)}`);
    }
  }
}

function wrapped(line: string, columns: number): string[] {
  if (line === '') return [''];
  const characters = [...line];
  const lines: string[] = [];
  for (let from = 0; from < characters.length; from += columns) {
    lines.push(characters.slice(from, from + columns).join(''));
  }
  return lines;
}
