import type { AttributeValue } from '../values/attribute-value.ts';
import type { Comparator } from './ast.ts';
import type { Path } from './placeholders.ts';

/** A condition whose placeholders are replaced and whose functions are checked. */
export type BoundCondition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly BoundCondition[] }
  | { readonly kind: 'not'; readonly part: BoundCondition }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: BoundOperand;
      readonly right: BoundOperand;
    }
  | {
      readonly kind: 'between';
      readonly operand: BoundOperand;
      readonly low: BoundOperand;
      readonly high: BoundOperand;
    }
  | {
      readonly kind: 'in';
      readonly operand: BoundOperand;
      readonly options: readonly BoundOperand[];
    }
  | { readonly kind: 'attribute_exists' | 'attribute_not_exists'; readonly operand: BoundOperand }
  | { readonly kind: 'attribute_type'; readonly operand: BoundOperand; readonly type: string }
  | {
      readonly kind: 'begins_with' | 'contains';
      readonly operand: BoundOperand;
      readonly part: BoundOperand;
    };

export type BoundOperand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly operand: BoundOperand };
