import type { BoundCondition, BoundOperand } from './bound-condition.ts';
import type { Path } from './placeholders.ts';

/** Every document path that a condition names. */
export function pathsOf(condition: BoundCondition): Path[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(pathsOf);
    case 'not':
      return pathsOf(condition.part);
    case 'compare':
      return [condition.left, condition.right].flatMap(operandPaths);
    case 'between':
      return [condition.operand, condition.low, condition.high].flatMap(operandPaths);
    case 'in':
      return [condition.operand, ...condition.options].flatMap(operandPaths);
    case 'begins_with':
    case 'contains':
      return [condition.operand, condition.part].flatMap(operandPaths);
    default:
      return operandPaths(condition.operand);
  }
}

function operandPaths(operand: BoundOperand): Path[] {
  if (operand.kind === 'path') return [operand.path];
  return operand.kind === 'size' ? operandPaths(operand.operand) : [];
}
