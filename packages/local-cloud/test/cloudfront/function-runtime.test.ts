import { createHmac } from 'node:crypto';
import { FunctionRuntime } from '../../src/cloudfront/functions/function-runtime.ts';
import type { StoreSnapshot } from '../../src/cloudfront/functions/runtime-messages.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const open: FunctionRuntime[] = [];
const lines: string[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  lines.length = 0;
});

function runtime(code: string, store?: () => StoreSnapshot): FunctionRuntime {
  const made = new FunctionRuntime({
    name: 'test',
    code,
    store: () => store && { version: store().version, read: store },
    onLine: (line) => lines.push(line),
  });
  open.push(made);
  return made;
}
const run = (body: string, event: object = {}) =>
  runtime(`function handler(event) { ${body} }`).run(event, NOW);

describe('A function', () => {
  it('gets the event and returns a value', async () => {
    const event = { request: { uri: '/a' } };
    expect(await run("event.request.uri += 'b'; return event.request;", event)).toEqual({
      uri: '/ab',
    });
  });

  it('sees the time of its start for the whole run', async () => {
    const body = `const first = Date.now(); for (let i = 0; i < 1e6; i++) {}
      return [first, Date.now(), new Date().toISOString(), new Date(0).getTime()];`;
    expect(await run(body)).toEqual([NOW, NOW, '2026-11-30T12:00:00.000Z', 0]);
  });

  it('has the hashes of the module crypto', async () => {
    const body = `const crypto = require('crypto');
      return [crypto.createHmac('sha256', 'key').update('a').update('b').digest('base64url'),
        crypto.createHash('md5').update('a').digest('hex'),
        Buffer.isBuffer(crypto.createHash('sha1').update('a').digest())];`;
    expect(await run(body)).toEqual([
      createHmac('sha256', 'key').update('ab').digest('base64url'),
      '0cc175b9c0f1b6a831c399e269772661',
      true,
    ]);
    await expect(run("require('crypto').createHash('sha512');")).rejects.toThrow('sha512');
  });

  it('has the example of the module querystring', async () => {
    const body = "return require('querystring').parse('name=value&abc=xyz&abc=123');";
    expect(await run(body)).toEqual({ name: 'value', abc: ['xyz', '123'] });
  });

  it.each(['process', 'setTimeout', 'fetch', 'Map', 'Intl', 'WebAssembly', 'SharedArrayBuffer'])(
    'has no %s',
    async (name) => expect(await run(`return typeof globalThis['${name}'];`)).toBe('undefined'),
  );

  it('cannot evaluate code', async () => {
    await expect(run("return (function () {}).constructor('return 1')();")).rejects.toThrow(
      'Code generation from strings disallowed',
    );
  });

  it('is strict', async () => {
    await expect(run('undeclared = 1;')).rejects.toThrow('undeclared is not defined');
  });

  it('starts each run anew', async () => {
    const counting = runtime('let n = 0; function handler() { n += 1; return n; }');
    expect(await counting.run({}, NOW)).toBe(1);
    expect(await counting.run({}, NOW)).toBe(1);
  });

  it('logs lines', async () => {
    await run("console.log('one'); console.log(2); return 1;");
    expect(lines).toEqual(['one', '2']);
  });

  it('is measured in CPU time', async () => {
    const measured = runtime(
      'function handler() { let n = 0; for (let i = 0; i < 5e6; i++) n += i; return n; }',
    );
    await measured.run({}, NOW);
    expect(measured.use).toMatchObject({ invocations: 1, errors: 0 });
    expect(measured.use.lastMicros).toBeGreaterThan(500);
    expect(measured.use.totalMicros).toBe(measured.use.maxMicros);
  });
});

describe('A function that fails', () => {
  it('reports its error', async () => {
    await expect(run("throw new TypeError('no');")).rejects.toMatchObject({
      name: 'FunctionExecutionError',
      message: 'TypeError: no',
    });
  });

  it('is ended in an endless loop, and runs again', async () => {
    const looping = runtime('function handler(event) { while (event.loop) {} return 1; }');
    await expect(looping.run({ loop: true }, NOW)).rejects.toThrow('timed out');
    expect(await looping.run({}, NOW)).toBe(1);
  });

  it('is ended when it needs too much memory, and runs again', async () => {
    const greedy = runtime(
      'function handler(event) { const all = []; while (event.loop) all.push({ a: [1, 2, 3] }); return 1; }',
    );
    await expect(greedy.run({ loop: true }, NOW)).rejects.toMatchObject({
      name: 'FunctionExecutionError',
    });
    expect(await greedy.run({}, NOW)).toBe(1);
    expect(greedy.use).toMatchObject({ invocations: 2, errors: 1 });
  });

  it('has failed if its promise is never settled', async () => {
    const code = `function never(resolve) {}
      async function handler() { await new Promise(never); return 1; }`;
    await expect(runtime(code).run({}, NOW)).rejects.toThrow('has not returned');
  });
});

describe('The module cloudfront', () => {
  const pairs = [['a', '{"b":1}']] as const;
  const times = { createdAt: '2023-11-30T23:07:55.765Z', modifiedAt: '2023-12-15T03:57:52.411Z' };
  const code = (body: string, id = '') => `import cf from 'cloudfront';
    const store = cf.kvs(${id});
    async function handler(event) { ${body} }`;

  it('reads the associated key value store', async () => {
    const body = `const text = await store.get('a');
      const json = await store.get('a', { format: 'json' });
      const bytes = await store.get('a', { format: 'bytes' });
      const exists = await store.exists('a');
      const not = await store.exists('b');
      const meta = await store.meta();
      return [text, json.b, bytes.length, exists, not, meta];`;
    const made = runtime(code(body, "'id'"), () => ({ id: 'id', version: '1', pairs, ...times }));
    expect(await made.run({}, NOW)).toEqual([
      '{"b":1}',
      1,
      7,
      true,
      false,
      { creationDateTime: times.createdAt, lastUpdatedDateTime: times.modifiedAt, keyCount: 1 },
    ]);
  });

  it('fails for an absent key, which a function can catch', async () => {
    const body = "try { await store.get('b'); } catch (e) { return e.message; } return 'found';";
    const made = runtime(code(body), () => ({ id: 'id', version: '1', pairs, ...times }));
    expect(await made.run({}, NOW)).toBe('KeyNotFound');
  });

  it('reads a changed store at once', async () => {
    let version = 1;
    const made = runtime(code("const value = await store.get('n'); return value;"), () => ({
      id: 'id',
      version: String(version),
      pairs: [['n', String(version)]],
      ...times,
    }));
    expect(await made.run({}, NOW)).toBe('1');
    version = 2;
    expect(await made.run({}, NOW)).toBe('2');
  });

  it('refuses another store, and a function without one', async () => {
    const other = runtime(code('return 1;', "'other'"), () => ({
      id: 'id',
      version: '1',
      pairs,
      ...times,
    }));
    await expect(other.run({}, NOW)).rejects.toThrow('other is not associated');
    await expect(runtime(code('return 1;')).run({}, NOW)).rejects.toThrow('no key value store');
  });
});
