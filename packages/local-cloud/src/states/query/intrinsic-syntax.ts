/** A call like `States.Format('{} is {}', $.name, States.MathAdd($.age, 1))`. */
export interface IntrinsicCall {
  readonly name: string;
  readonly arguments: readonly IntrinsicArgument[];
}

export type IntrinsicArgument =
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'call'; readonly call: IntrinsicCall };

export class IntrinsicSyntaxError extends Error {
  override readonly name = 'IntrinsicSyntaxError';
}

/** Maximum nesting of calls, as in the service. */
const MAX_NESTING = 10;

const NAME = /^\s*(States\.[A-Za-z0-9]+)\s*\(/;
const LITERAL = /^(?:null|true|false|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,)])/;
const TEXT = /^'((?:[^'\\]|\\.)*)'/;

/** Whether a string is an intrinsic function, not a path. */
export function looksIntrinsic(text: string): boolean {
  return /^\s*States\./.test(text);
}

/** @throws IntrinsicSyntaxError */
export function parseIntrinsic(text: string): IntrinsicCall {
  const reader = new Reader(text);
  const call = reader.call(1);
  if (reader.rest.trim() !== '')
    throw new IntrinsicSyntaxError(`'${text}' has text after the closing parenthesis.`);
  return call;
}

class Reader {
  readonly #text: string;
  rest: string;

  constructor(text: string) {
    this.#text = text;
    this.rest = text;
  }

  call(depth: number): IntrinsicCall {
    if (depth > MAX_NESTING)
      throw new IntrinsicSyntaxError(`'${this.#text}' nests more than ${MAX_NESTING} calls.`);
    const name = this.#take(NAME)?.[1];
    if (name === undefined)
      throw new IntrinsicSyntaxError(`'${this.#text}' is not a call of an intrinsic function.`);
    const list: IntrinsicArgument[] = [];
    if (this.#take(/^\s*\)/) !== undefined) return { name, arguments: list };
    for (;;) {
      list.push(this.#argument(depth));
      if (this.#take(/^\s*\)/) !== undefined) return { name, arguments: list };
      if (this.#take(/^\s*,/) === undefined)
        throw new IntrinsicSyntaxError(`'${this.#text}' needs a comma or ) before '${this.rest}'.`);
    }
  }

  #argument(depth: number): IntrinsicArgument {
    this.#take(/^\s*/);
    const text = this.#take(TEXT)?.[1];
    if (text !== undefined) return { kind: 'literal', value: withoutEscapes(text) };
    const literal = this.#take(LITERAL)?.[0];
    if (literal !== undefined) return { kind: 'literal', value: JSON.parse(literal) };
    if (looksIntrinsic(this.rest)) return { kind: 'call', call: this.call(depth + 1) };
    if (this.rest.startsWith('$')) return { kind: 'path', path: this.#path() };
    throw new IntrinsicSyntaxError(`'${this.#text}' has no valid argument at '${this.rest}'.`);
  }

  /** A path ends at a comma or parenthesis outside brackets. */
  #path(): string {
    let depth = 0;
    let quote = '';
    let end = 0;
    for (; end < this.rest.length; end += 1) {
      const character = this.rest[end] ?? '';
      if (quote !== '') {
        if (character === quote) quote = '';
      } else if (depth > 0 && (character === "'" || character === '"')) quote = character;
      else if (character === '[' || (character === '(' && depth > 0)) depth += 1;
      else if (character === ']' || (character === ')' && depth > 0)) depth -= 1;
      else if (depth === 0 && (character === ',' || character === ')')) break;
    }
    const path = this.rest.slice(0, end).trimEnd();
    this.rest = this.rest.slice(end);
    return path;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const match = pattern.exec(this.rest);
    if (match === null) return undefined;
    this.rest = this.rest.slice(match[0].length);
    return match;
  }
}

/** The escapes `\'`, `\{`, `\}` and `\\`. Escaped braces become private code points for States.Format. */
function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) =>
    character === '{' ? ESCAPED_OPEN : character === '}' ? ESCAPED_CLOSE : character,
  );
}

/** Code points for `\{` and `\}` between reading and formatting; no text uses them. */
export const ESCAPED_OPEN = '\uFDD0';
export const ESCAPED_CLOSE = '\uFDD1';
