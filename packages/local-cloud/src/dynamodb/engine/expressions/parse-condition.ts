import type { Comparator, Condition } from './ast.ts';
import type { ExpressionKind } from './expression-kind.ts';
import { TokenReader } from './token-reader.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_OPERATORS = 300;
const MAX_IN_OPTIONS = 100;

const COMPARATORS: ReadonlySet<string> = new Set<Comparator>(['=', '<>', '<', '<=', '>', '>=']);

/**
 * Parses a condition, filter or key condition:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function parseCondition(kind: ExpressionKind, text: string): Condition {
  const reader = new TokenReader(kind, text);
  let operators = 0;

  function count(): void {
    operators += 1;
    if (operators > MAX_OPERATORS) {
      throw reader.error(
        `The expression contains too many operators; operator count: ${operators}`,
      );
    }
  }

  function disjunction(): Condition {
    const parts = [conjunction()];
    while (reader.takeKeyword('OR')) {
      count();
      parts.push(conjunction());
    }
    return joined('or', parts);
  }

  function conjunction(): Condition {
    const parts = [negation()];
    while (reader.takeKeyword('AND')) {
      count();
      parts.push(negation());
    }
    return joined('and', parts);
  }

  function negation(): Condition {
    if (!reader.takeKeyword('NOT')) return primary();
    count();
    return { kind: 'not', part: negation() };
  }

  function primary(): Condition {
    if (!reader.isSymbol('(') || startsOperand(reader)) return comparison();
    reader.next();
    // ((a = b)) is refused, (a = b) and ((a = b) AND c = d) are not.
    const doubled = reader.isSymbol('(');
    const part = disjunction();
    reader.expectSymbol(')');
    if (doubled && redundant.has(part)) {
      throw reader.error('The expression has redundant parentheses;');
    }
    redundant.add(part);
    return part;
  }

  /** Conditions that stand in parentheses. */
  const redundant = new Set<Condition>();

  function comparison(): Condition {
    count();
    const operand = reader.operand();
    const { token } = reader;
    if (token.kind === 'symbol' && COMPARATORS.has(token.text)) {
      reader.next();
      const comparator = token.text as Comparator;
      return { kind: 'compare', comparator, left: operand, right: reader.operand() };
    }
    if (reader.takeKeyword('BETWEEN')) {
      const low = reader.operand();
      if (!reader.takeKeyword('AND')) throw reader.syntaxError();
      return { kind: 'between', operand, low, high: reader.operand() };
    }
    if (reader.takeKeyword('IN')) return { kind: 'in', operand, options: options() };
    if (operand.kind === 'call') return operand;
    throw reader.syntaxError();
  }

  function options() {
    reader.expectSymbol('(');
    const found = [reader.operand()];
    while (reader.takeSymbol(',')) found.push(reader.operand());
    reader.expectSymbol(')');
    if (found.length > MAX_IN_OPTIONS) {
      throw reader.error(
        `The IN operator is provided with too many operands; number of operands: ${found.length}`,
      );
    }
    return found;
  }

  const condition = disjunction();
  reader.expectEnd();
  return condition;
}

/** Whether the parenthesis here holds an operand, as in `(a) = :b`, and no condition. */
function startsOperand(reader: TokenReader): boolean {
  const { kind, text } = reader.behindParentheses();
  if (kind === 'symbol') return COMPARATORS.has(text);
  return kind === 'name' && ['BETWEEN', 'IN'].includes(text.toUpperCase());
}

function joined(kind: 'and' | 'or', parts: readonly Condition[]): Condition {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind, parts };
}
