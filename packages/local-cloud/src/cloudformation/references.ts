import { getAttArgument, intrinsicOf, isRecord, subArgument } from './intrinsic.ts';

/** A reference: `name` only for Ref, with `attribute` for Fn::GetAtt. */
export interface Reference {
  readonly name: string;
  readonly attribute?: string;
}

/**
 * All references in a value, including those in the text of Fn::Sub. Throws TemplateError for a malformed
 * one.
 */
export function referencesIn(value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isRecord(value)) return [];
  const intrinsic = intrinsicOf(value);
  if (!intrinsic) return Object.values(value).flatMap(referencesIn);
  const { name, argument } = intrinsic;
  if (name === 'Ref') return [{ name: String(argument) }];
  if (name === 'Fn::GetAtt') return [attributeReference(argument)];
  if (name !== 'Fn::Sub') return referencesIn(argument);
  const { pieces, own } = subArgument(argument);
  return [
    ...Object.values(own).flatMap(referencesIn),
    ...pieces.flatMap((piece) => {
      if ('text' in piece || Object.hasOwn(own, piece.variable)) return [];
      return [
        piece.variable.includes('.')
          ? attributeReference(piece.variable)
          : { name: piece.variable },
      ];
    }),
  ];
}

function attributeReference(argument: unknown): Reference {
  const [name, attribute] = getAttArgument(argument);
  return { name, attribute };
}
