/**
 * The features of JavaScript runtime 2.0, as AWS lists them:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Global names, without those of modules. `Function` is not one of them: its constructor is not supported. */
export const GLOBALS = words(`
  Array ArrayBuffer Boolean Buffer DataView Date Error EvalError Float32Array Float64Array Infinity Int16Array
  Int32Array Int8Array InternalError JSON Math NaN Number Object Promise RangeError ReferenceError RegExp String
  Symbol SyntaxError TextDecoder TextEncoder TypeError URIError Uint16Array Uint32Array Uint8Array
  Uint8ClampedArray arguments atob btoa console decodeURI decodeURIComponent encodeURI encodeURIComponent
  globalThis isFinite isNaN parseFloat parseInt require undefined
`);

/** Modules that `require` loads. The module `cloudfront` is imported. */
export const REQUIRED_MODULES = words('buffer crypto querystring');

const TYPED_ARRAY = 'from of BYTES_PER_ELEMENT prototype';

/** Members of global objects. */
export const STATIC_MEMBERS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    Array: 'isArray of prototype',
    ArrayBuffer: 'isView prototype',
    Buffer: 'alloc allocUnsafe byteLength compare concat from isBuffer isEncoding prototype',
    Date: 'UTC now parse prototype',
    JSON: 'parse stringify',
    Math: `E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos
      cosh exp expm1 floor fround hypot imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan
      tanh trunc`,
    Number: `EPSILON MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN
      POSITIVE_INFINITY isFinite isInteger isNaN isSafeInteger parseFloat parseInt prototype`,
    Object: `assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor
      getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf is isExtensible isFrozen isSealed keys
      preventExtensions prototype seal setPrototypeOf values`,
    Promise: 'all allSettled any prototype race reject resolve',
    String: 'fromCharCode fromCodePoint prototype',
    Symbol: 'for keyFor prototype',
    console: 'log',
    Float32Array: TYPED_ARRAY,
    Float64Array: TYPED_ARRAY,
    Int16Array: TYPED_ARRAY,
    Int32Array: TYPED_ARRAY,
    Int8Array: TYPED_ARRAY,
    Uint16Array: TYPED_ARRAY,
    Uint32Array: TYPED_ARRAY,
    Uint8Array: TYPED_ARRAY,
    Uint8ClampedArray: TYPED_ARRAY,
  }).map(([name, members]) => [name, words(members)]),
);

/** Methods of values. All methods of ES 5.1 dates are supported. */
export const METHODS = new Set([
  ...words(`
    apply bind call hasOwnProperty is isPrototypeOf propertyIsEnumerable setPrototypeOf toString valueOf
    charAt codePointAt concat endsWith includes indexOf lastIndexOf match padEnd padStart repeat replace replaceAll
    search slice split startsWith substr substring toLowerCase toUpperCase trim trimEnd trimStart
    toExponential toFixed toPrecision exec test
    copyWithin every fill filter find findIndex forEach join map pop push reduce reduceRight reverse shift some sort
    splice unshift set subarray catch finally then decode encode encodeInto
    compare copy equals swap16 swap32 swap64 toJSON write
  `),
  ...Object.getOwnPropertyNames(Date.prototype).filter((name) => !/Temporal|Symbol/.test(name)),
  ...Object.getOwnPropertyNames(DataView.prototype).filter(
    (name) => !/Big|Float16/.test(name) && /^[gs]et/.test(name),
  ),
  ...Object.getOwnPropertyNames(Buffer.prototype).filter((name) =>
    /^(read|write)(U?Int|Float|Double)\d*(LE|BE)?$/.test(name),
  ),
]);

/** Methods that this Node has and the runtime has not. */
export const OTHER_METHODS: ReadonlySet<string> = new Set(
  [Object, Function, String, Number, RegExp, Array, Uint8Array, ArrayBuffer, DataView, Promise]
    .flatMap(({ prototype }) => [prototype, Object.getPrototypeOf(prototype) as object])
    .concat(Buffer.prototype, Date.prototype)
    .filter((prototype) => prototype !== null)
    .flatMap((prototype) => Object.getOwnPropertyNames(prototype))
    .filter((name) => !METHODS.has(name) && name !== 'constructor' && /^[a-z]\w*$/i.test(name)),
);

/** Nodes of the syntax tree (ESTree) that stand for features of the list; with conditions in check-function-code.ts. */
export const NODE_TYPES = words(`
  Program ExpressionStatement BlockStatement EmptyStatement ReturnStatement LabeledStatement BreakStatement
  ContinueStatement IfStatement SwitchStatement SwitchCase ThrowStatement TryStatement CatchClause WhileStatement
  DoWhileStatement ForStatement ForInStatement FunctionDeclaration VariableDeclaration VariableDeclarator
  ThisExpression ArrayExpression ObjectExpression Property FunctionExpression UnaryExpression UpdateExpression
  BinaryExpression AssignmentExpression LogicalExpression MemberExpression ConditionalExpression CallExpression
  NewExpression SequenceExpression ArrowFunctionExpression TemplateLiteral TemplateElement Identifier Literal
  AwaitExpression RestElement ImportDeclaration ImportDefaultSpecifier
`);

/** The names of features by their node type, for messages. */
export const FEATURE_NAMES: Readonly<Record<string, string>> = {
  ArrayPattern: 'destructuring',
  AssignmentPattern: 'a default value of a parameter',
  ChainExpression: 'optional chaining (?.)',
  ClassDeclaration: 'a class',
  ClassExpression: 'a class',
  DebuggerStatement: 'the debugger statement',
  ExportDefaultDeclaration: 'export',
  ExportNamedDeclaration: 'export',
  ForOfStatement: 'for-of',
  ImportExpression: 'import()',
  ImportNamespaceSpecifier: 'import * as',
  ImportSpecifier: 'import of a name',
  MetaProperty: 'new.target or import.meta',
  ObjectPattern: 'destructuring',
  SpreadElement: 'the spread operator (...)',
  TaggedTemplateExpression: 'a tagged template',
  YieldExpression: 'a generator',
};
