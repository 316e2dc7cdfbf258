import { checkFunctionCode } from '../../src/cloudfront/functions/check-function-code.ts';

const handler = (body: string) => `function handler(event) {\n${body}\nreturn event.request;\n}`;
const messages = (code: string) => checkFunctionCode(code).map(({ message }) => message);

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/example_cloudfront_functions_kvs_key_value_pairs_section.html */
const EXAMPLE = `import cf from 'cloudfront';
const kvsHandle = cf.kvs();
async function handler(event) {
    const request = event.request;
    // Use the first segment of the pathname as key
    const pathSegments = request.uri.split('/')
    const key = pathSegments[1]
    try {
        pathSegments[1] = await kvsHandle.get(key);
        const newUri = pathSegments.join('/');
        console.log(\`\${request.uri} -> \${newUri}\`)
        request.uri = newUri;
    } catch (err) {
        // No change to the pathname if the key is not found
        console.log(\`\${request.uri} | \${err}\`);
    }
    return request;
}`;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/example_cloudfront_functions_jwt_verify_section.html, in parts */
const TOKEN_EXAMPLE = `const crypto = require('crypto');
const response401 = { statusCode: 401, statusDescription: 'Unauthorized' };
function jwt_decode(token, key, noVerify, algorithm) {
  if (!token) { throw new Error('No token supplied'); }
  const segments = token.split('.');
  const payload = JSON.parse(_base64urlDecode(segments[1]));
  if (payload.exp && Date.now() > payload.exp * 1000) { throw new Error('Token expired'); }
  return payload;
}
function _constantTimeEquals(a, b) {
  if (a.length != b.length) { return false; }
  let xor = 0;
  for (let i = 0; i < a.length; i++) { xor |= (a.codePointAt(i) ^ b.codePointAt(i)); }
  return 0 === xor;
}
function _sign(input, key, method) {
  return crypto.createHmac(method, key).update(input).digest('base64url');
}
function _base64urlDecode(str) { return Buffer.from(str, 'base64url').toString(); }
async function handler(event) {
  let request = event.request;
  let jwtToken = request.querystring.jwt.value;
  try { jwt_decode(jwtToken, _sign('a', 'b', 'sha256')); } catch (e) { return response401; }
  delete request.querystring.jwt;
  return request;
}`;

describe('checkFunctionCode', () => {
  it.each([
    ['the example of key value stores', EXAMPLE],
    ['the example of tokens', TOKEN_EXAMPLE],
    [
      'old syntax',
      handler('var a = [1].map(function (x) { return x ** 2; }); for (var k in a) { a[k]; }'),
    ],
    [
      'arrow functions, rest parameters, templates',
      handler(`const f = (...a) => \`x\${a.length}\`; f(1);`),
    ],
    [
      'promise combinators',
      'async function handler(e) { await Promise.all([]); return e.request; }',
    ],
    ['numeric separators and named groups', handler('const n = 1_000; /(?<y>a)/.exec("a");')],
    [
      'typed arrays, Buffer and text encoding',
      handler(
        'new Uint8Array(2).subarray(1); Buffer.alloc(2).readUInt16BE(0); new TextEncoder().encode("a");',
      ),
    ],
    [
      'a member with the name of a method',
      handler('const o = { flat: function () {} }; o.flat();'),
    ],
    [
      'dates and accessors',
      handler('const o = { get now() { return Date.now(); } }; new Date().toISOString();'),
    ],
  ])('accepts %s', (_, code) => expect(messages(code)).toEqual([]));

  it.each([
    ['optional chaining', 'event?.request;'],
    ['nullish', 'event ?? 1;'],
    ['the operator ??=', 'event ??= 1;'],
    ['a class', 'class A {}'],
    ['destructuring', 'const { request } = event;'],
    ['the spread operator', 'const a = [...[1]];'],
    ['for-of', 'for (const a of [1]) {}'],
    ['a default value', 'const f = function (a = 1) {};'],
    ['a shorthand property', 'const a = 1; const o = { a };'],
    ['a shorthand method', 'const o = { a() {} };'],
    ['a computed property', 'const o = { ["a"]: 1 };'],
    ['a generator', 'const f = function* () {};'],
    ['a tagged template', 'event`a`;'],
    ['catch without a parameter', 'try { event(); } catch { }'],
    ['a BigInt', 'const n = 1n;'],
    ['a binary or octal number', 'const n = 0b1;'],
    ['the flag u', '/a/u.test("a");'],
    ['\\u{', 'const s = "\\u{1F600}";'],
    ['import()', 'import("fs");'],
    ['eval does not exist', 'eval("1");'],
    ['Function does not exist', 'new Function("return 1");'],
    ['setTimeout does not exist', 'setTimeout(event, 1);'],
    ['process does not exist', 'process.exit();'],
    ['fetch does not exist', 'fetch("http://x");'],
    ['Map does not exist', 'new Map();'],
    ['Object.fromEntries', 'Object.fromEntries([]);'],
    ['Array.from', 'Array.from("ab");'],
    ['the method flat()', '[[1]].flat();'],
    ['the method at()', '[1].at(-1);'],
    ['the method matchAll()', '"a".matchAll(/a/g);'],
    ['the method localeCompare()', '"a".localeCompare("b");'],
    ['console.warn', 'console.warn("a");'],
    ['console.log takes one argument', 'console.log("a", "b");'],
    ['require can load', 'require("fs");'],
    ['at the top of the code only', 'const f = async () => 1;'],
  ])('reports %s', (message, body) => {
    expect(messages(handler(body))).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    [
      'await in the arguments',
      'async function handler(e) { String(await e.x); return e.request; }',
    ],
    [
      'at the top of the code only',
      'function handler(e) { async function f() {} return e.request; }',
    ],
    ['inside async functions only', 'await 1;\nfunction handler(e) { return e.request; }'],
    [
      'import can load the module cloudfront',
      "import fs from 'fs';\nfunction handler(e) { return e.request; }",
    ],
    [
      'import of a name',
      "import { kvs } from 'cloudfront';\nfunction handler(e) { return e.request; }",
    ],
    ['no function named handler', 'function main() {}'],
    ['export', 'export function handler(e) { return e.request; }'],
  ])('reports %s in the whole code', (message, code) => {
    expect(messages(code).join('\n')).toContain(message);
  });

  it('reports code of more than 10 KB', () => {
    const code = handler('');
    const filled = `${code}//${'x'.repeat(10 * 1024 - code.length - 2)}`;
    expect(messages(filled)).toEqual([]);
    expect(messages(`${filled}x`)).toEqual([
      'the code has 10241 bytes; a function has at most 10240',
    ]);
  });

  it('reports the place, also of a syntax error', () => {
    expect(checkFunctionCode(handler('  event?.x;'))).toMatchObject([{ line: 2, column: 3 }]);
    expect(checkFunctionCode('function handler( {')).toMatchObject([{ line: 1, column: 20 }]);
  });
});
