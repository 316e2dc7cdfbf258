import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../../src/shared/aws-error.ts';
import { lambdaBench, ROLE } from './bundle.ts';

const bench = lambdaBench();
afterAll(() => bench.lambda.close());

const code = (body: string) => `export const handler = async (event, context) => { ${body} };`;

describe('a function', () => {
  it('returns the result of its handler, from its own bundle', async () => {
    await bench.declare('echo', code('return { got: event }'));
    const response = await bench.invoke('echo', { a: [1, 'ü'] });
    expect(response).toMatchObject({ statusCode: 200, result: { got: { a: [1, 'ü'] } } });
    expect(response.functionError).toBeUndefined();
  });

  it('has the variables of the template and of AWS, and none of the host', async () => {
    process.env.HOST_ONLY = 'secret';
    await bench.declare('environment', code('return process.env'), {
      Environment: { Variables: { TABLE: 'videos' } },
      MemorySize: 256,
    });
    const { result } = await bench.invoke('environment');
    expect(result).toMatchObject({
      TABLE: 'videos',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'environment',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ACCESS_KEY_ID: 'ASIAenvironment',
      AWS_SECRET_ACCESS_KEY: ROLE,
      AWS_SESSION_TOKEN: 'token',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:2',
      AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: 'http://localhost:1',
      LAMBDA_TASK_ROOT: join(bench.folder, 'environment'),
      _HANDLER: 'index.handler',
    });
    expect(result.HOST_ONLY).toBeUndefined();
    expect(result.HOME).toBeUndefined();
  });

  it('reaches this machine by names below localhost, which the SDK of key value stores uses', async () => {
    await bench.declare(
      'localhost',
      `import { once } from 'node:events'; import { createServer, get } from 'node:http';
       ${code(`
         const server = createServer((request, response) => response.end(request.headers.host));
         await once(server.listen(0, '127.0.0.1'), 'listening');
         const url = 'http://000000000000.localhost:' + server.address().port;
         const [response] = await once(get(url, { agent: false }), 'response');
         const [text] = await once(response, 'data');
         server.close();
         return { text: String(text).replace(/:.*/, '') };
       `)}`,
    );
    expect((await bench.invoke('localhost')).result).toEqual({ text: '000000000000.localhost' });
  });

  it('gets a context with its request id, its ARN and the remaining time', async () => {
    await bench.declare(
      'context',
      code('return { ...context, left: context.getRemainingTimeInMillis() }'),
      { Timeout: 5 },
    );
    const { result, requestId } = await bench.invoke('context');
    expect(result).toMatchObject({
      awsRequestId: requestId,
      functionName: 'context',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:context',
      memoryLimitInMB: '128',
    });
    expect(result.left).toBeGreaterThan(3000);
    expect(result.left).toBeLessThanOrEqual(5000);
  });

  it('keeps its module state between consecutive invocations', async () => {
    await bench.declare('warm', `let n = 0; ${code('return (n += 1)')}`);
    await bench.invoke('warm');
    expect((await bench.invoke('warm')).result).toBe(2);
    const reports = bench.logs.filter((r) => r.event === 'REPORT' && r.function === 'warm');
    expect(reports).toMatchObject([{ coldStart: true }, { coldStart: false }]);
  });

  it('can be started before its first invocation', async () => {
    await bench.declare('early', `const born = Date.now(); ${code('return born')}`);
    await bench.lambda.warmUp();
    const called = Date.now();
    expect((await bench.invoke('early')).result).toBeLessThanOrEqual(called);
    expect(bench.logs.at(-1)).toMatchObject({ event: 'REPORT', coldStart: false });
  });

  it('runs invocations at the same time in separate environments', async () => {
    await bench.declare(
      'parallel',
      `let busy = 0; ${code('busy += 1; await new Promise((r) => setTimeout(r, 150)); return busy--;')}`,
    );
    const responses = await Promise.all([1, 2, 3].map(() => bench.invoke('parallel')));
    expect(responses.map(({ result }) => result)).toEqual([1, 1, 1]);
  });

  it('can be CommonJS, whatever package.json is above the bundle', async () => {
    await bench.declare(
      'common',
      'exports.handler = async () => require("node:path").basename(__filename)',
      {},
      'index.js',
    );
    expect((await bench.invoke('common')).result).toBe('index.js');
  });

  it('does not find a package outside its bundle', async () => {
    mkdirSync(join(bench.folder, 'node_modules', 'neighbour'), { recursive: true });
    writeFileSync(join(bench.folder, 'node_modules', 'neighbour', 'index.js'), '');
    await bench.declare('leaky', `import 'neighbour'; ${code('return 1')}`);
    const { result, functionError } = await bench.invoke('leaky');
    expect(functionError).toBe('Unhandled');
    expect(result.errorType).toBe('Runtime.ImportModuleError');
    expect(result.errorMessage).toContain('neighbour');
  });

  it('writes its output to its log, between START and REPORT', async () => {
    await bench.declare(
      'talk',
      code('console.log("hello", { a: 1 }); process.stdout.write("raw\\n")'),
    );
    const { requestId } = await bench.invoke('talk');
    const path = join(bench.folder, 'data', 'logs', 'talk.ndjson');
    const lines = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ event }) => event)).toEqual(['START', 'OUTPUT', 'OUTPUT', 'END', 'REPORT']);
    expect(lines.map(({ message }) => message)).toContain('hello { a: 1 }');
    expect(lines.at(-1)).toMatchObject({ requestId, status: 'success', coldStart: true });
  });
});

describe('a function that fails', () => {
  it('returns type, message and trace of the error, and stays warm', async () => {
    await bench.declare(
      'thrower',
      `class NotAVideo extends Error { name = 'NotAVideo' }; let n = 0; ${code(
        'n += 1; if (event.ok) return n; throw new NotAVideo("no moov box")',
      )}`,
    );
    const { result, functionError } = await bench.invoke('thrower');
    expect(functionError).toBe('Unhandled');
    expect(result).toMatchObject({ errorType: 'NotAVideo', errorMessage: 'no moov box' });
    expect(result.trace[0]).toBe('NotAVideo: no moov box');
    expect((await bench.invoke('thrower', { ok: true })).result).toBe(2);
  });

  it('is ended at its timeout, even in a loop that never yields', async () => {
    await bench.declare('endless', code('if (event.spin) for (;;); return "fresh"'), {
      Timeout: 1,
    });
    const { result, requestId } = await bench.invoke('endless', { spin: true });
    expect(result).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`,
    });
    expect((await bench.invoke('endless')).result).toBe('fresh');
  });

  it('fails with Runtime.ExitError if it ends its process', async () => {
    await bench.declare('leaver', code('process.exit(7)'));
    const { result } = await bench.invoke('leaver');
    expect(result.errorType).toBe('Runtime.ExitError');
    expect(result.errorMessage).toContain('exit status 7');
  });

  it('is ended when it needs more memory than it has', async () => {
    await bench.declare(
      'greedy',
      code('const all = []; for (;;) all.push(new Array(1e6).fill(1.5))'),
      {
        Timeout: 30,
      },
    );
    const { result } = await bench.invoke('greedy');
    expect(result).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(result.errorMessage).toContain('signal: killed');
  });

  it('fails with an error of its own if its module cannot start', async () => {
    await bench.declare('broken', `throw new RangeError('no table name'); ${code('')}`);
    await bench.declare('unparsable', 'export const handler = (');
    await bench.declare('nameless', 'export const other = 1;');
    await bench.declare('callback', 'export const handler = (event, context, done) => done();');
    const types = [];
    for (const name of ['broken', 'unparsable', 'nameless', 'callback'])
      types.push((await bench.invoke(name)).result.errorType);
    expect(types).toEqual([
      'RangeError',
      'Runtime.UserCodeSyntaxError',
      'Runtime.HandlerNotFound',
      'Runtime.CallbackHandlerDeprecated',
    ]);
  });

  it('ends on an unhandled rejection', async () => {
    await bench.declare(
      'rejecter',
      code('Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 2000))'),
      { Timeout: 10 },
    );
    const { result } = await bench.invoke('rejecter');
    expect(result).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'lost',
    });
  });
});

describe('limits', () => {
  it('refuses a request over 6 MB and replaces a response over 6 MB', async () => {
    await bench.declare('big', code('return "x".repeat(event.size ?? 0)'));
    await expect(bench.invoke('big', 'x'.repeat(6_291_456))).rejects.toMatchObject({
      code: 'RequestEntityTooLargeException',
      status: 413,
    });
    const { result, functionError } = await bench.invoke('big', { size: 6_291_556 });
    expect(functionError).toBe('Unhandled');
    expect(result.errorType).toBe('Function.ResponseSizeTooLarge');
  });

  it('refuses invocations above the reserved concurrency', async () => {
    await bench.declare('single', code('await new Promise((r) => setTimeout(r, 200)); return 1'), {
      ReservedConcurrentExecutions: 1,
    });
    const first = bench.invoke('single');
    await expect(bench.invoke('single')).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
    });
    expect((await first).result).toBe(1);
  });

  it('refuses runtimes, layers and reserved variables by name', async () => {
    const refusal = (properties: object) =>
      bench.declare('refused', '', properties).catch((error: unknown) => String(error));
    expect(await refusal({ Runtime: 'python3.13' })).toContain('Runtime');
    expect(await refusal({ Layers: [] })).toContain('Layers');
    const NODE_OPTIONS = '--inspect';
    expect(await refusal({ Environment: { Variables: { NODE_OPTIONS } } })).toContain(
      'NODE_OPTIONS',
    );
    expect(await refusal({ Environment: { Variables: { AWS_REGION: 'x' } } })).toContain(
      'AWS_REGION',
    );
  });

  it('reports a function that the template does not declare', async () => {
    await expect(bench.invoke('absent')).rejects.toBeInstanceOf(AwsError);
  });
});
