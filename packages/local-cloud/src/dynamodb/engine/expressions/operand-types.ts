import { ATTRIBUTE_TYPES, type AttributeType, typeOf } from '../values/attribute-value.ts';
import type { BoundOperand } from './bound-condition.ts';
import { type ExpressionKind, expressionError } from './expression-kind.ts';
import { pathText, samePath } from './paths.ts';

/** Types that have an order. */
export const ORDERED_TYPES: readonly AttributeType[] = ['S', 'N', 'B'];

/** Checks an operand whose type the request gives; a path's type is known only with the item. */
export function assertOperandType(
  kind: ExpressionKind,
  subject: string,
  operand: BoundOperand,
  allowed: readonly AttributeType[],
): void {
  if (operand.kind !== 'value') return;
  const type = typeOf(operand.value);
  if (!allowed.includes(type)) {
    throw expressionError(
      kind,
      `Incorrect operand type for operator or function; ${subject}, operand type: ${type}`,
    );
  }
}

export function assertDistinct(
  kind: ExpressionKind,
  operator: string,
  first: BoundOperand,
  others: readonly BoundOperand[],
): void {
  if (first.kind !== 'path') return;
  if (others.some((other) => other.kind === 'path' && samePath(first.path, other.path))) {
    throw expressionError(
      kind,
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${pathText(first.path)}`,
    );
  }
}

export function attributeTypeName(kind: ExpressionKind, operand: BoundOperand): string {
  assertOperandType(kind, 'operator or function: attribute_type', operand, ['S']);
  const type = operand.kind === 'value' && 'S' in operand.value ? operand.value.S : undefined;
  if (type === undefined || !(ATTRIBUTE_TYPES as readonly string[]).includes(type)) {
    throw expressionError(
      kind,
      `Invalid attribute type name found; type: ${type ?? ''}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    );
  }
  return type;
}
