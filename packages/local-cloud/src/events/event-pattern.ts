import { InvalidPattern } from './invalid-pattern.ts';
import { compileLeaf, type LeafMatcher } from './leaf-matcher.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const MAX_PATTERN_CHARACTERS = 4096;

type Node =
  | { readonly kind: 'leaf'; readonly matchers: readonly LeafMatcher[] }
  | {
      readonly kind: 'fields';
      readonly fields: readonly (readonly [string, Node])[];
      readonly either: readonly (readonly Node[])[];
    };

export type EventMatcher = (event: unknown) => boolean;

/**
 * Compiles an event pattern, given as text or as an object. Every field of the pattern must match. A list in
 * the pattern matches if one of its elements does; a list in the event matches if one of its values does.
 * Fields below a list of objects must all match in the same object. Throws InvalidEventPatternException.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function compilePattern(pattern: unknown): EventMatcher {
  const source = typeof pattern === 'string' ? parse(pattern) : pattern;
  if (JSON.stringify(source).length > MAX_PATTERN_CHARACTERS)
    throw new InvalidPattern('', `at most ${MAX_PATTERN_CHARACTERS} characters`, 'a longer one');
  const root = compileFields(source, '');
  return (event) => matches(root, event);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidPattern('', 'must be JSON', text);
  }
}

function compileFields(source: unknown, path: string): Node {
  if (typeof source !== 'object' || source === null || Array.isArray(source))
    throw new InvalidPattern(path, 'must be an object or an array', source);
  const entries = Object.entries(source);
  if (entries.length === 0) throw new InvalidPattern(path, 'must not be an empty object', source);
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const either = entries
    .filter(([name]) => name === '$or')
    .map(([, branches]) => compileOr(branches, at('$or')));
  const fields = entries
    .filter(([name]) => name !== '$or')
    .map(([name, value]) => [name, compileNode(value, at(name))] as const);
  return { kind: 'fields', fields, either };
}

function compileOr(branches: unknown, path: string): Node[] {
  if (!Array.isArray(branches) || branches.length < 2)
    throw new InvalidPattern(path, 'must be a list of two objects or more', branches);
  return branches.map((branch, index) => compileFields(branch, `${path}[${index}]`));
}

function compileNode(value: unknown, path: string): Node {
  if (!Array.isArray(value)) return compileFields(value, path);
  if (value.length === 0) throw new InvalidPattern(path, 'must not be an empty list', value);
  return { kind: 'leaf', matchers: value.map((element) => compileLeaf(element, path)) };
}

function matches(node: Node, value: unknown): boolean {
  if (node.kind === 'leaf') return matchesLeaf(node.matchers, value);
  // All fields must match in the same object of a list.
  if (Array.isArray(value) && value.length > 0) return value.some((one) => matches(node, one));
  return (
    node.fields.every(([name, child]) => matches(child, member(value, name))) &&
    node.either.every((branches) => branches.some((branch) => matches(branch, value)))
  );
}

function matchesLeaf(matchers: readonly LeafMatcher[], value: unknown): boolean {
  const values = scalars(value);
  return matchers.some((matcher) =>
    matcher.kind === 'present'
      ? matcher.wanted === values.length > 0
      : values.some((one) => matcher.test(one)),
  );
}

/** The values of a field. An object is no value, since `exists` and literals test leaf nodes only. */
function scalars(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(scalars);
  return value === undefined || (typeof value === 'object' && value !== null) ? [] : [value];
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
