import { type AnyNode, type Options, parse } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { checkNames, type NamedNodes } from './check-names.ts';
import { checkNode } from './check-node.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
export const MAX_CODE_BYTES = 10 * 1024;

/** Something in the code of a function that CloudFront does not have. */
export interface FunctionCodeProblem {
  /** From 1; 0 for the code as a whole. */
  readonly line: number;
  /** From 1; 0 for the code as a whole. */
  readonly column: number;
  readonly message: string;
}

const OPTIONS: Options = { ecmaVersion: 'latest', sourceType: 'module', locations: true };

/**
 * Lists what the code of a CloudFront Function uses that is not in AWS's list of features of JavaScript runtime 2.0,
 * and what exceeds its limits; empty for code that can be deployed. Node runs more than CloudFront, so that code
 * which runs in a test can fail at the edge.
 *
 * The list is taken literally: a feature that the runtime may have but that AWS does not list is a problem. Methods
 * are recognized by their names, without the type of their object.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export function checkFunctionCode(code: string): FunctionCodeProblem[] {
  const bytes = Buffer.byteLength(code);
  const whole: string[] = [];
  if (bytes > MAX_CODE_BYTES)
    whole.push(`the code has ${bytes} bytes; a function has at most ${MAX_CODE_BYTES}`);
  let tree: AnyNode;
  try {
    tree = parse(code, OPTIONS) as AnyNode;
  } catch (error) {
    const { loc, message } = error as { loc?: { line: number; column: number }; message: string };
    return [{ line: loc?.line ?? 0, column: (loc?.column ?? -1) + 1, message }];
  }
  const found: FunctionCodeProblem[] = [];
  const report = (node: AnyNode, message: string) => {
    const { line = 0, column = -1 } = node.loc?.start ?? {};
    found.push({ line, column: column + 1, message });
  };
  const nodes: NamedNodes = { declared: new Set(), used: [], members: [], own: new Set() };
  fullAncestor(tree, (node, _state, ancestors) => {
    const parents = ancestors.slice(0, -1) as AnyNode[];
    for (const message of checkNode(node as AnyNode, parents)) report(node as AnyNode, message);
    collect(node as AnyNode, parents, nodes);
  });
  for (const { node, message } of checkNames(nodes)) report(node, message);
  if (!hasHandler(tree)) whole.push('the code has no function named handler');
  return [
    ...whole.map((message) => ({ line: 0, column: 0, message })),
    ...found.sort((a, b) => a.line - b.line || a.column - b.column),
  ];
}

function collect(node: AnyNode, parents: readonly AnyNode[], nodes: NamedNodes): void {
  const parent = parents.at(-1);
  if (node.type === 'MemberExpression') nodes.members.push({ node, parent });
  if (node.type === 'Property' && node.key.type === 'Identifier') nodes.own.add(node.key.name);
  if (node.type === 'Property' && node.key.type === 'Literal')
    nodes.own.add(String(node.key.value));
  if ('id' in node && node.id?.type === 'Identifier') nodes.declared.add(node.id.name);
  if ('params' in node) for (const each of node.params) declare(each, nodes);
  if (node.type === 'VariableDeclarator') declare(node.id, nodes);
  if (node.type === 'CatchClause' && node.param) declare(node.param, nodes);
  if (node.type === 'ImportDefaultSpecifier') nodes.declared.add(node.local.name);
  if (node.type === 'Identifier') nodes.used.push(node);
}

/** Patterns are reported themselves; their names must not be reported too. */
function declare(node: AnyNode | null, nodes: NamedNodes): void {
  if (node?.type === 'Identifier') nodes.declared.add(node.name);
  if (node?.type === 'RestElement') declare(node.argument, nodes);
  if (node?.type === 'AssignmentPattern') declare(node.left, nodes);
  if (node?.type === 'ArrayPattern') for (const each of node.elements) declare(each, nodes);
  if (node?.type === 'ObjectPattern')
    for (const each of node.properties)
      declare(each.type === 'Property' ? each.value : each, nodes);
}

function hasHandler(tree: AnyNode): boolean {
  return (
    tree.type === 'Program' &&
    tree.body.some((each) => each.type === 'FunctionDeclaration' && each.id.name === 'handler')
  );
}
