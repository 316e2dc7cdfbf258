/**
 * A path of a JSONPath field: `$.a.b[0]` into the input, `$$.Execution.Id` into the context object, `$name.a`
 * into a variable.
 */
export interface ParsedPath {
  readonly root: 'input' | 'context' | { readonly variable: string };
  readonly segments: readonly Segment[];
  /** Only names and single indexes: the path has one place, with or without a value. */
  readonly definite: boolean;
  /** The part after the root, as JSONPath on `$`. */
  readonly rest: string;
}

export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  /** Wildcard, descendants, slice, union or filter: evaluated by the JSONPath library. */
  | { readonly kind: 'many' };

export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
}

const ROOT = /^\$(\$|[A-Za-z_][A-Za-z0-9_]*)?(?=$|[.[])/;
const NAME = /^\.([^\s.[\]()'"*,:?@$]+)/;
const QUOTED = /^\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]/;
const INDEX = /^\[\s*(-?\d+)\s*\]/;
const WILDCARD = /^(?:\.\*|\[\s*\*\s*\])/;
const DESCENDANTS = /^\.\.(?=[^.])/;
const DESCENDANT_NAME = /^([^\s.[\]()'"*,:?@$]+|\*)/;

/** @throws PathSyntaxError with the reason */
export function parsePath(path: string): ParsedPath {
  const start = ROOT.exec(path);
  if (start === null)
    throw new PathSyntaxError(
      `'${path}' is not a path: it must begin with '$.', '$[', '$$.' or '$' and a variable's name.`,
    );
  const named = start[1];
  const root = named === undefined ? 'input' : named === '$' ? 'context' : { variable: named };
  const rest = path.slice(start[0].length);
  const segments: Segment[] = [];
  let left = rest;
  while (left !== '') {
    const step = nextSegment(left, path);
    segments.push(step.segment);
    left = left.slice(step.length);
  }
  return {
    root,
    segments,
    definite: segments.every(({ kind }) => kind !== 'many'),
    rest: `$${rest}`,
  };
}

function nextSegment(left: string, path: string): { segment: Segment; length: number } {
  const many = (length: number) => ({ segment: { kind: 'many' } as const, length });
  const name = NAME.exec(left);
  if (name?.[1] !== undefined) {
    if (left[name[0].length] === '(')
      throw new PathSyntaxError(`'${path}' calls a function, which is not supported in a path.`);
    return { segment: { kind: 'name', name: name[1] }, length: name[0].length };
  }
  const quoted = QUOTED.exec(left);
  if (quoted !== null) {
    const text = (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, '$1');
    return { segment: { kind: 'name', name: text }, length: quoted[0].length };
  }
  const index = INDEX.exec(left);
  if (index !== null)
    return { segment: { kind: 'index', index: Number(index[1]) }, length: index[0].length };
  const wildcard = WILDCARD.exec(left);
  if (wildcard !== null) return many(wildcard[0].length);
  if (DESCENDANTS.test(left)) {
    const after = DESCENDANT_NAME.exec(left.slice(2));
    return many(2 + (after?.[0].length ?? 0));
  }
  if (left.startsWith('[')) return many(bracketLength(left, path));
  throw new PathSyntaxError(`'${path}' is not valid from '${left}' on.`);
}

/** Length of a bracket with its content: unions, slices, filters. */
function bracketLength(left: string, path: string): number {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < left.length; at += 1) {
    const character = left[at];
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === "'" || character === '"') quote = character;
    else if (character === '[') depth += 1;
    else if (character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  throw new PathSyntaxError(`'${path}' has a bracket that is not closed.`);
}

/** The syntax error of a path, or undefined. */
export function pathSyntaxError(path: string): string | undefined {
  try {
    parsePath(path);
    return undefined;
  } catch (error) {
    if (error instanceof PathSyntaxError) return error.message;
    throw error;
  }
}
