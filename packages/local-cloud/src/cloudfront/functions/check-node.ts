import type { AnyNode, CallExpression, ImportDeclaration, Literal } from 'acorn';
import { FEATURE_NAMES, NODE_TYPES, REQUIRED_MODULES } from './language.ts';

const ASSIGNMENTS = new Set('= += -= *= /= %= **= <<= >>= >>>= &= |= ^='.split(' '));
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** What a single node of the syntax tree uses that the runtime does not have. */
export function checkNode(node: AnyNode, parents: readonly AnyNode[]): string[] {
  // Of a class, for example, the class alone is reported, and not its parts.
  if (parents.some(({ type }) => !NODE_TYPES.has(type))) return [];
  if (!NODE_TYPES.has(node.type)) return [unsupported(FEATURE_NAMES[node.type] ?? node.type)];
  const problems = checkSyntax(node, parents);
  if (node.type === 'CallExpression') problems.push(...checkCall(node));
  if (node.type === 'ImportDeclaration') problems.push(...checkImport(node));
  if (node.type === 'Literal') problems.push(...checkLiteral(node));
  if (node.type === 'AwaitExpression') problems.push(...checkAwait(node, parents));
  return problems;
}

function checkSyntax(node: AnyNode, parents: readonly AnyNode[]): string[] {
  switch (node.type) {
    case 'LogicalExpression':
      return node.operator === '??' ? [unsupported('nullish coalescing (??)')] : [];
    case 'AssignmentExpression':
      return ASSIGNMENTS.has(node.operator) ? [] : [unsupported(`the operator ${node.operator}`)];
    case 'VariableDeclaration':
      return node.kind.includes('using') ? [unsupported(`the statement ${node.kind}`)] : [];
    case 'CatchClause':
      return node.param ? [] : [unsupported('catch without a parameter')];
    case 'RestElement':
      return FUNCTIONS.has(parents.at(-1)?.type ?? '') ? [] : [unsupported('destructuring')];
    case 'Property':
      return [
        ...(node.computed ? [unsupported('a computed property name')] : []),
        ...(node.shorthand ? [unsupported('a shorthand property')] : []),
        ...(node.method ? [unsupported('a shorthand method')] : []),
      ];
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return checkFunction(node, parents);
    default:
      return [];
  }
}

/** "async arguments and closures are not supported." */
function checkFunction(
  node: AnyNode & { readonly async: boolean; readonly generator: boolean },
  parents: readonly AnyNode[],
): string[] {
  if (node.generator) return [unsupported('a generator')];
  const atTop = node.type === 'FunctionDeclaration' && parents.at(-1)?.type === 'Program';
  return node.async && !atTop
    ? ['an async function is supported as a declaration at the top of the code only']
    : [];
}

/** An `await` in the arguments of a call is a SyntaxError of the runtime. */
function checkAwait(node: AnyNode, parents: readonly AnyNode[]): string[] {
  const within = parents.findLastIndex(({ type }) => FUNCTIONS.has(type));
  if (within < 0) return ['await is supported inside async functions only'];
  const path = [...parents.slice(within + 1), node];
  const inArguments = path.some((each, index) => {
    const next = path[index + 1];
    const isCall = each.type === 'CallExpression' || each.type === 'NewExpression';
    return isCall && next !== undefined && next !== each.callee;
  });
  return inArguments
    ? ['await in the arguments of a call is not supported; assign its value to a variable first']
    : [];
}

function checkCall({ callee, arguments: given }: CallExpression): string[] {
  if (callee.type === 'Identifier' && callee.name === 'require') {
    const [name] = given;
    const known = name?.type === 'Literal' && REQUIRED_MODULES.has(String(name.value));
    return known ? [] : [`require can load ${[...REQUIRED_MODULES].join(', ')} only`];
  }
  const isConsole =
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'console';
  return isConsole && given.length > 1
    ? ['console.log takes one argument; join the values to one text']
    : [];
}

function checkImport({ source, specifiers }: ImportDeclaration): string[] {
  if (source.value === 'cloudfront' && specifiers.length === 1) return [];
  return [
    `import can load the module cloudfront only, as in: import cf from 'cloudfront'; got ${source.raw}`,
  ];
}

function checkLiteral({ bigint, regex, raw = '' }: Literal): string[] {
  if (bigint) return [unsupported('a BigInt')];
  const flags = regex?.flags.replace(/[gimy]/g, '') ?? '';
  if (flags !== '') return [unsupported(`the flag ${flags} of a regular expression`)];
  if (/^0[bo]/i.test(raw)) return [unsupported('a binary or octal number')];
  return /^['"].*\\u\{/s.test(raw) ? [unsupported('an escape of the form \\u{…}')] : [];
}

function unsupported(what: string): string {
  return `${what} is not supported by JavaScript runtime 2.0`;
}
