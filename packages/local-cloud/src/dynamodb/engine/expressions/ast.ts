/** One step of a document path: a name, a placeholder of one (`#n`), or an index into a list. */
export type PathPart = string | number;
export type PathExpression = readonly PathPart[];

export type Operand =
  | { readonly kind: 'path'; readonly path: PathExpression }
  | { readonly kind: 'value'; readonly placeholder: string }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly kind: 'between';
      readonly operand: Operand;
      readonly low: Operand;
      readonly high: Operand;
    }
  | { readonly kind: 'in'; readonly operand: Operand; readonly options: readonly Operand[] }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] };

export type SetValue =
  | Operand
  | {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-';
      readonly left: Operand;
      readonly right: Operand;
    };

export interface UpdateExpression {
  readonly set: readonly { readonly path: PathExpression; readonly value: SetValue }[];
  readonly remove: readonly PathExpression[];
  readonly add: readonly { readonly path: PathExpression; readonly placeholder: string }[];
  readonly delete: readonly { readonly path: PathExpression; readonly placeholder: string }[];
}
