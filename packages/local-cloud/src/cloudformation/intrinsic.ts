import { TemplateError } from './problem.ts';

/** Name and argument of an intrinsic function: `{"Fn::Join": […]}`. */
export interface Intrinsic {
  readonly name: string;
  readonly argument: unknown;
}

/** Functions of values. The functions of conditions (`Fn::Equals` and others) are in conditions.ts. */
export const VALUE_FUNCTIONS = [
  'Ref',
  'Fn::GetAtt',
  'Fn::Join',
  'Fn::Sub',
  'Fn::Select',
  'Fn::Split',
  'Fn::If',
  'Fn::FindInMap',
  'Fn::Base64',
  'Fn::ImportValue',
] as const;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for plain values. Throws TemplateError for an intrinsic function with further members. */
export function intrinsicOf(value: unknown): Intrinsic | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value);
  const name = entries.find(([key]) => key === 'Ref' || key.startsWith('Fn::'))?.[0];
  if (name === undefined) return undefined;
  if (entries.length > 1) {
    throw new TemplateError(
      `${name} cannot have further members; got ${entries.map(([key]) => key).join(', ')}`,
    );
  }
  return { name, argument: value[name] };
}

/** The argument of `Fn::GetAtt` as `[logicalId, attribute]`; a template can also write it with a dot. */
export function getAttArgument(argument: unknown): readonly [string, string] {
  const parts = typeof argument === 'string' ? splitOnce(argument) : argument;
  if (
    Array.isArray(parts) &&
    parts.length === 2 &&
    parts.every((part) => typeof part === 'string')
  ) {
    return [String(parts[0]), String(parts[1])];
  }
  throw new TemplateError(
    `Fn::GetAtt takes [logicalId, attribute], got ${JSON.stringify(argument)}`,
  );
}

function splitOnce(text: string): string[] {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}

/** The text of `Fn::Sub` in pieces (plain text, or the name of a variable), and its map of variables. */
export function subArgument(argument: unknown): {
  readonly pieces: readonly ({ text: string } | { variable: string })[];
  readonly own: Readonly<Record<string, unknown>>;
} {
  const [text, own = {}] = Array.isArray(argument) ? argument : [argument];
  if (typeof text !== 'string' || !isRecord(own)) {
    throw new TemplateError(
      `Fn::Sub needs a text, or [text, variables]; got ${JSON.stringify(argument)}`,
    );
  }
  const pieces = [...text.matchAll(/\$\{(!?)([^}]*)\}|[^$]+|\$/g)].map(([all, literal, name]) => {
    if (name === undefined) return { text: all };
    return literal ? { text: `\${${name}}` } : { variable: name.trim() };
  });
  return { pieces, own };
}

/** The arguments, which must be a list of this length. */
export function argumentsOf(name: string, argument: unknown, count: number): readonly unknown[] {
  if (Array.isArray(argument) && argument.length === count) return argument;
  throw new TemplateError(`${name} takes ${count} arguments, got ${JSON.stringify(argument)}`);
}
