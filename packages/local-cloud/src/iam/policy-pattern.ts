import { CONDITION_KEYS, isKnownConditionKey } from './condition-keys.ts';
import { PolicyError } from './policy-error.ts';

/** Condition keys and their values; names are in lower case. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'variable'; readonly key: string; readonly fallback: string | undefined };

/**
 * A text of a policy with `*`, `?` and variables. A variable without value or default matches nothing. The
 * value of a variable is literal, so a session named `*` does not match more:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export interface Pattern {
  matches(value: string, context: Context): boolean;
}

/** `wildcards`: `*` and `?` are wildcards. `ignoreCase`: as for actions. */
export function compilePattern(
  source: string,
  options: { readonly wildcards: boolean; readonly ignoreCase?: boolean },
): Pattern {
  const pieces = pieceTogether(source, options.wildcards);
  const flags = options.ignoreCase ? 'isu' : 'su';
  if (!pieces.some((piece) => piece.kind === 'variable')) {
    const expression = new RegExp(
      `^${pieces.map((piece) => expressionOf(piece, {})).join('')}$`,
      flags,
    );
    return { matches: (value) => expression.test(value) };
  }
  return {
    matches(value, context) {
      const parts = pieces.map((piece) => expressionOf(piece, context));
      if (parts.includes(undefined)) return false;
      return new RegExp(`^${parts.join('')}$`, flags).test(value);
    },
  };
}

function pieceTogether(source: string, wildcards: boolean): Piece[] {
  const pieces: Piece[] = [];
  for (const [token] of source.matchAll(/\$\{[^}]*\}|[*?]|[^*?$]+|\$/g)) {
    if (token.startsWith('${')) pieces.push(variable(token));
    else if (wildcards && token === '*') pieces.push({ kind: 'any' });
    else if (wildcards && token === '?') pieces.push({ kind: 'one' });
    else pieces.push({ kind: 'text', text: token });
  }
  return pieces;
}

function variable(token: string): Piece {
  const inner = token.slice(2, -1).trim();
  if (inner === '*' || inner === '?' || inner === '$') return { kind: 'text', text: inner };
  const [, key = '', fallback] = /^([^,\s]+)(?:\s*,\s*'([^']*)')?$/.exec(inner) ?? [];
  if (!isKnownConditionKey(key)) {
    throw new PolicyError(
      `The policy variable ${token} is not supported; supported are ${[...CONDITION_KEYS].join(', ')}.`,
    );
  }
  return { kind: 'variable', key: key.toLowerCase(), fallback };
}

function expressionOf(piece: Piece, context: Context): string | undefined {
  if (piece.kind === 'any') return '.*';
  if (piece.kind === 'one') return '.';
  if (piece.kind === 'text') return escapeExpression(piece.text);
  const value = context[piece.key];
  if (typeof value === 'string') return escapeExpression(value);
  return piece.fallback === undefined ? undefined : escapeExpression(piece.fallback);
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
