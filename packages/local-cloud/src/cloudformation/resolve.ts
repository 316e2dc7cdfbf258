import {
  argumentsOf,
  getAttArgument,
  type Intrinsic,
  intrinsicOf,
  isRecord,
  subArgument,
  VALUE_FUNCTIONS,
} from './intrinsic.ts';
import { TemplateError } from './problem.ts';

/** The names that intrinsic functions can refer to. Each function throws TemplateError for an unknown name. */
export interface Scope {
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): string;
  mapped(map: string, first: string, second: string): unknown;
  imported(exportName: string): string;
}

/** The value of `Ref: AWS::NoValue`: the member or element is removed. */
export const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Evaluates all intrinsic functions in a value of a template. `Fn::If` must be replaced before
 * (`chooseBranches`).
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return withoutDynamicReference(value);
  if (Array.isArray(value)) {
    return value.map((each) => resolve(each, scope)).filter((each) => each !== NO_VALUE);
  }
  if (!isRecord(value)) return value;
  const intrinsic = intrinsicOf(value);
  if (intrinsic) return call(intrinsic, scope);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, resolve(each, scope)] as const)
      .filter(([, each]) => each !== NO_VALUE),
  );
}

function call({ name, argument }: Intrinsic, scope: Scope): unknown {
  const text = (value: unknown) => textOf(name, resolve(value, scope));
  switch (name) {
    case 'Ref':
      return scope.ref(text(argument));
    case 'Fn::GetAtt':
      return scope.attribute(...getAttArgument(argument));
    case 'Fn::Join': {
      const [separator, list] = argumentsOf(name, argument, 2);
      return listOf(name, resolve(list, scope))
        .map((part) => textOf(name, part))
        .join(text(separator));
    }
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::Select': {
      const [index, list] = argumentsOf(name, argument, 2);
      const values = listOf(name, resolve(list, scope));
      const position = Number(text(index));
      if (!(position in values)) {
        throw new TemplateError(
          `Fn::Select: expected an index below ${values.length}; got ${position}`,
        );
      }
      return values[position];
    }
    case 'Fn::Split': {
      const [separator, source] = argumentsOf(name, argument, 2);
      return text(source).split(text(separator));
    }
    case 'Fn::FindInMap': {
      const [map, first, second] = argumentsOf(name, argument, 3).map(text);
      return scope.mapped(map ?? '', first ?? '', second ?? '');
    }
    case 'Fn::Base64':
      return Buffer.from(text(argument)).toString('base64');
    case 'Fn::ImportValue':
      return scope.imported(text(argument));
    default:
      throw new TemplateError(
        `intrinsic function ${name} is not supported; supported are ${VALUE_FUNCTIONS.join(', ')}`,
      );
  }
}

function substitute(argument: unknown, scope: Scope): string {
  const { pieces, own } = subArgument(argument);
  return pieces
    .map((piece) => {
      if ('text' in piece) return piece.text;
      const name = piece.variable;
      if (Object.hasOwn(own, name)) return textOf('Fn::Sub', resolve(own[name], scope));
      if (!name.includes('.')) return textOf('Fn::Sub', scope.ref(name));
      return scope.attribute(...getAttArgument(name));
    })
    .join('');
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${name}: expected a text; got ${String(JSON.stringify(value))}`);
}

function listOf(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(`${name}: expected a list; got ${String(JSON.stringify(value))}`);
}

function withoutDynamicReference(text: string): string {
  const reference = /\{\{resolve:[^}]*\}\}/.exec(text)?.[0];
  if (reference === undefined) return text;
  throw new TemplateError(`the dynamic reference ${reference} is not supported`);
}
