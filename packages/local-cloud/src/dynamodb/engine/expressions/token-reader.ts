import type { AwsError } from '../shared.ts';
import type { Operand, PathExpression, PathPart } from './ast.ts';
import { type ExpressionKind, expressionError } from './expression-kind.ts';
import { isReservedWord } from './reserved-words.ts';
import { type Token, tokenize } from './tokens.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_EXPRESSION_BYTES = 4096;
const MAX_PATH_PARTS = 32;
const MAX_INDEX_DIGITS = 9;

const END: Token = { kind: 'end', text: '<EOF>', start: 0, end: 0 };

/** Reads an expression token by token; the parts that all expressions share. */
export class TokenReader {
  readonly kind: ExpressionKind;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(kind: ExpressionKind, text: string) {
    this.kind = kind;
    this.#text = text;
    if (text.trim() === '') throw expressionError(kind, 'The expression can not be empty;');
    const size = Buffer.byteLength(text);
    if (size > MAX_EXPRESSION_BYTES) {
      throw expressionError(
        kind,
        `Expression size has exceeded the maximum allowed size; expression size: ${size}`,
      );
    }
    this.#tokens = tokenize(text);
  }

  get token(): Token {
    return this.#tokens[this.#at] ?? END;
  }

  peek(distance = 1): Token {
    return this.#tokens[this.#at + distance] ?? END;
  }

  next(): Token {
    const { token } = this;
    this.#at += 1;
    return token;
  }

  isSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text;
  }

  takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.#at += 1;
    return true;
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) throw this.syntaxError();
  }

  /** The token behind the parenthesis that closes the one here. */
  behindParentheses(): Token {
    let depth = 0;
    for (let distance = 0; ; distance += 1) {
      const token = this.peek(distance);
      if (token.kind === 'end') return token;
      if (token.kind === 'symbol' && token.text === '(') depth += 1;
      if (token.kind === 'symbol' && token.text === ')') depth -= 1;
      if (depth === 0) return this.peek(distance + 1);
    }
  }

  /** @param word in upper case; keywords may be written in any case */
  isKeyword(word: string): boolean {
    return this.token.kind === 'name' && this.token.text.toUpperCase() === word;
  }

  takeKeyword(word: string): boolean {
    if (!this.isKeyword(word)) return false;
    this.#at += 1;
    return true;
  }

  expectEnd(): void {
    if (this.token.kind !== 'end') throw this.syntaxError();
  }

  /** Shows the token with its neighbours, as DynamoDB does. */
  syntaxError(): AwsError {
    const { token } = this;
    const before = this.#tokens[this.#at - 1] ?? token;
    const after = this.#tokens[this.#at + 1] ?? token;
    const near = this.#text.slice(before.start, after.end);
    return this.error(`Syntax error; token: "${token.text}", near: "${near}"`);
  }

  error(message: string): AwsError {
    return expressionError(this.kind, message);
  }

  /** A path, a value's placeholder or a call, perhaps in parentheses. */
  operand(): Operand {
    if (this.takeSymbol('(')) {
      const operand = this.operand();
      this.expectSymbol(')');
      return operand;
    }
    const { token } = this;
    if (token.kind === ':value') {
      this.#at += 1;
      return { kind: 'value', placeholder: token.text };
    }
    if (token.kind === 'name' && this.peek().kind === 'symbol' && this.peek().text === '(') {
      return this.call();
    }
    return { kind: 'path', path: this.path() };
  }

  call(): Extract<Operand, { kind: 'call' }> {
    const name = this.next().text;
    this.expectSymbol('(');
    const operands = [this.operand()];
    while (this.takeSymbol(',')) operands.push(this.operand());
    this.expectSymbol(')');
    return { kind: 'call', name, operands };
  }

  path(): PathExpression {
    const parts: PathPart[] = [this.#name()];
    for (;;) {
      if (this.takeSymbol('.')) parts.push(this.#name());
      else if (this.takeSymbol('[')) parts.push(this.#index());
      else break;
    }
    if (parts.length > MAX_PATH_PARTS) {
      throw this.error(
        `The document path has too many nesting levels; nesting levels: ${parts.length}`,
      );
    }
    return parts;
  }

  #name(): string {
    const { token } = this;
    if (token.kind !== 'name' && token.kind !== '#name') throw this.syntaxError();
    if (token.kind === 'name' && isReservedWord(token.text)) {
      throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    this.#at += 1;
    return token.text;
  }

  #index(): number {
    const { token } = this;
    if (token.kind !== 'number') throw this.syntaxError();
    if (token.text.length > MAX_INDEX_DIGITS) {
      throw this.error(`List index is not within the allowable range; index: [${token.text}]`);
    }
    this.#at += 1;
    this.expectSymbol(']');
    return Number(token.text);
  }
}
