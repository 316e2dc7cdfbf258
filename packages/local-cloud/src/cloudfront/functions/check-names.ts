import type { AnyNode, Identifier, MemberExpression } from 'acorn';
import { GLOBALS, METHODS, OTHER_METHODS, STATIC_MEMBERS } from './language.ts';

/** The names of a program. */
export interface NamedNodes {
  /** Names of variables, parameters and functions, without their scopes. */
  readonly declared: Set<string>;
  /** References to variables. */
  readonly used: Identifier[];
  readonly members: { readonly node: MemberExpression; readonly parent: AnyNode | undefined }[];
  /** Names of the members of object literals. */
  readonly own: Set<string>;
}

interface NameProblem {
  readonly node: AnyNode;
  readonly message: string;
}

/** Global names, members of global objects and methods that the runtime does not have. */
export function checkNames(nodes: NamedNodes): NameProblem[] {
  return [
    ...nodes.used
      .filter(({ name }) => !nodes.declared.has(name) && !GLOBALS.has(name))
      .map((node) => ({ node, message: `${node.name} does not exist in the runtime` })),
    ...nodes.members.flatMap(({ node, parent }) => {
      const message = memberProblem(node, parent, nodes);
      return message === undefined ? [] : [{ node, message }];
    }),
  ];
}

function memberProblem(
  { object, property, computed }: MemberExpression,
  parent: AnyNode | undefined,
  nodes: NamedNodes,
): string | undefined {
  const name = nameOf(property, computed);
  if (name === undefined) return undefined;
  if (object.type === 'Identifier' && !nodes.declared.has(object.name)) {
    const known = STATIC_MEMBERS.get(object.name);
    if (known) return known.has(name) ? undefined : notListed(`${object.name}.${name}`);
  }
  const isCall =
    parent?.type === 'CallExpression' &&
    parent.callee.type === 'MemberExpression' &&
    parent.callee.property === property;
  if (!isCall || METHODS.has(name) || nodes.own.has(name) || !OTHER_METHODS.has(name))
    return undefined;
  return notListed(`the method ${name}()`);
}

function nameOf(property: AnyNode, computed: boolean): string | undefined {
  if (!computed && property.type === 'Identifier') return property.name;
  if (computed && property.type === 'Literal' && typeof property.value === 'string')
    return property.value;
  return undefined;
}

function notListed(what: string): string {
  return `${what} is not in the list of JavaScript runtime 2.0`;
}
