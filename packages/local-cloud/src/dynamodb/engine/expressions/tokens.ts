type TokenKind = 'name' | '#name' | ':value' | 'number' | 'symbol' | 'invalid' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /\s*(?:([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|([0-9]+)|(<>|<=|>=|[=<>(),.[\]+-])|(\S))/y;

const KINDS: readonly TokenKind[] = ['name', '#name', ':value', 'number', 'symbol', 'invalid'];

/** The last token is always of kind `end`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const group = match.findIndex((part, at) => at > 0 && part !== undefined);
    const found = match[group] ?? '';
    const end = match.index + match[0].length;
    const kind = KINDS[group - 1] ?? 'invalid';
    tokens.push({ kind, text: found, start: end - found.length, end });
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: text.length, end: text.length });
  return tokens;
}
