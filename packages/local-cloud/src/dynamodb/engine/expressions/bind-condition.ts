import { typeOf } from '../values/attribute-value.ts';
import { compareValues } from '../values/compare.ts';
import type { Condition, Operand } from './ast.ts';
import type { BoundCondition, BoundOperand } from './bound-condition.ts';
import { type ExpressionKind, expressionError } from './expression-kind.ts';
import {
  assertDistinct,
  assertOperandType,
  attributeTypeName,
  ORDERED_TYPES,
} from './operand-types.ts';
import type { Placeholders } from './placeholders.ts';
import { valueText } from './value-text.ts';

const UPDATE_FUNCTIONS: ReadonlySet<string> = new Set(['if_not_exists', 'list_append']);
const CONDITION_FUNCTIONS = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
} as const;
type ConditionFunction = keyof typeof CONDITION_FUNCTIONS;

/** Replaces placeholders, and checks all that can be checked without an item. */
export function bindCondition(
  kind: ExpressionKind,
  condition: Condition,
  placeholders: Placeholders,
): BoundCondition {
  const bind = (each: Condition): BoundCondition => {
    switch (each.kind) {
      case 'and':
      case 'or':
        return { kind: each.kind, parts: each.parts.map(bind) };
      case 'not':
        return { kind: 'not', part: bind(each.part) };
      case 'compare': {
        const left = operand(each.left);
        const right = operand(each.right);
        const { comparator } = each;
        if (comparator !== '=' && comparator !== '<>') {
          for (const side of [left, right]) {
            assertOperandType(kind, `operator or function: ${comparator}`, side, ORDERED_TYPES);
          }
        }
        assertDistinct(kind, comparator, left, [right]);
        return { kind: 'compare', comparator, left, right };
      }
      case 'between': {
        const bound = {
          kind: 'between',
          operand: operand(each.operand),
          low: operand(each.low),
          high: operand(each.high),
        } as const;
        for (const side of [bound.operand, bound.low, bound.high]) {
          assertOperandType(kind, 'operator or function: BETWEEN', side, ORDERED_TYPES);
        }
        assertBounds(kind, bound.low, bound.high);
        return bound;
      }
      case 'in':
        return {
          kind: 'in',
          operand: operand(each.operand),
          options: each.options.map(operand),
        };
      case 'call':
        return call(each.name, each.operands);
    }
  };

  const operand = (each: Operand): BoundOperand => {
    if (each.kind === 'path') return { kind: 'path', path: placeholders.path(kind, each.path) };
    if (each.kind === 'value') {
      return { kind: 'value', value: placeholders.value(kind, each.placeholder) };
    }
    if (each.name !== 'size') throw misused(each.name);
    const [only] = arguments_(each.name, each.operands, 1);
    assertOperandType(kind, 'operator or function: size', only, [
      'S',
      'B',
      'SS',
      'NS',
      'BS',
      'L',
      'M',
    ]);
    return { kind: 'size', operand: only };
  };

  function call(name: string, operands: readonly Operand[]): BoundCondition {
    if (!Object.hasOwn(CONDITION_FUNCTIONS, name)) throw misused(name);
    const known = name as ConditionFunction;
    const [first, second] = arguments_(name, operands, CONDITION_FUNCTIONS[known]);
    const subject = `operator or function: ${name}`;
    switch (known) {
      case 'attribute_exists':
      case 'attribute_not_exists':
        if (first.kind !== 'path') {
          throw expressionError(kind, `Operator or function requires a document path; ${subject}`);
        }
        return { kind: known, operand: first };
      case 'attribute_type':
        return { kind: known, operand: first, type: attributeTypeName(kind, second) };
      case 'begins_with':
        for (const side of [first, second]) assertOperandType(kind, subject, side, ['S', 'B']);
        assertDistinct(kind, name, first, [second]);
        return { kind: known, operand: first, part: second };
      case 'contains':
        assertOperandType(kind, subject, first, ['S', 'B', 'SS', 'NS', 'BS', 'L']);
        assertDistinct(kind, name, first, [second]);
        return { kind: known, operand: first, part: second };
    }
  }

  /** @returns one operand or two; the second is the first where the function takes one */
  function arguments_(
    name: string,
    operands: readonly Operand[],
    count: number,
  ): readonly [BoundOperand, BoundOperand] {
    const [first, second = first] = operands;
    if (operands.length !== count || first === undefined || second === undefined) {
      throw expressionError(
        kind,
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
      );
    }
    return [operand(first), operand(second)];
  }

  function misused(name: string) {
    if (UPDATE_FUNCTIONS.has(name)) {
      return expressionError(
        kind,
        `The function is not allowed in a condition expression; function: ${name}`,
      );
    }
    const known = name === 'size' || Object.hasOwn(CONDITION_FUNCTIONS, name);
    return expressionError(
      kind,
      known
        ? `The function is not allowed to be used this way in an expression; function: ${name}`
        : `Invalid function name; function: ${name}`,
    );
  }

  return bind(condition);
}

function assertBounds(kind: ExpressionKind, low: BoundOperand, high: BoundOperand): void {
  if (low.kind !== 'value' || high.kind !== 'value') return;
  const bounds = `lower bound operand: ${valueText(low.value)}, upper bound operand: ${valueText(high.value)}`;
  if (typeOf(low.value) !== typeOf(high.value)) {
    throw expressionError(
      kind,
      `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
    );
  }
  if ((compareValues(low.value, high.value) ?? 0) > 0) {
    throw expressionError(
      kind,
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    );
  }
}
