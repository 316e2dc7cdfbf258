import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_SANDBOXES } from '../../src/lambda/function-pool.ts';
import { AwsError } from '../../src/shared/aws-error.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import { dueActions, until } from '../waiting.ts';
import { lambdaBench, ROLE } from './bundle.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:failed';
/** Appends to a file in each run; fails until it has run `event.good` times. */
const FLAKY = `
  import { appendFileSync, readFileSync } from 'node:fs';
  export const handler = async ({ file, good }) => {
    appendFileSync(file, 'x');
    if (readFileSync(file, 'utf8').length < good) throw new Error('not yet');
  };`;

function flakyBench(more: Parameters<typeof lambdaBench>[0] = {}) {
  const clock = new MovableClock();
  const bench = lambdaBench({ ...more, clock });
  const file = join(bench.folder, 'runs');
  const reports = () => bench.logs.filter(({ event }) => event === 'REPORT').length;
  const starts = () => bench.logs.filter(({ event }) => event === 'START').length;
  const runs = () => readFileSync(file, 'utf8').length;
  return { ...bench, clock, file, reports, runs, starts };
}

describe('an asynchronous invocation', () => {
  it('responds with 202 at once and is retried after one and after two minutes', async () => {
    const { declare, invoke, clock, file, reports, runs, starts, lambda } = flakyBench();
    await declare('flaky', FLAKY);
    expect(await invoke('flaky', { file, good: 3 }, 'Event')).toMatchObject({ statusCode: 202 });
    await until(() => reports() === 1);
    clock.advance(59_000);
    await dueActions(clock);
    expect(starts()).toBe(1);
    clock.advance(1_000);
    await until(() => reports() === 2);
    clock.advance(120_000);
    await until(() => reports() === 3);
    clock.advance(3_600_000);
    await dueActions(clock);
    expect(starts()).toBe(3);
    expect(runs()).toBe(3);
    await lambda.close();
  });

  it('goes to the dead-letter queue and the failure destination after its last retry', async () => {
    const { declare, provide, invoke, clock, file, reports, sent, lambda } = flakyBench();
    await declare('hopeless', FLAKY, { DeadLetterConfig: { TargetArn: QUEUE } });
    await provide('AWS::Lambda::EventInvokeConfig', 'config', {
      FunctionName: 'hopeless',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: `${QUEUE}-destination` } },
    });
    await invoke('hopeless', { file, good: 9 }, 'Event');
    await until(() => reports() === 1);
    clock.advance(60_000);
    await until(() => sent.length === 2);
    const [destination, deadLetter] = sent;
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    expect(JSON.parse(destination?.body ?? '')).toEqual({
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:hopeless:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 2,
      },
      requestPayload: { file, good: 9 },
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: 'Unhandled',
      },
      responsePayload: {
        errorType: 'Error',
        errorMessage: 'not yet',
        trace: expect.any(Array),
      },
    });
    expect(deadLetter).toMatchObject({ queueArn: QUEUE, body: JSON.stringify({ file, good: 9 }) });
    expect(deadLetter?.attributes?.ErrorMessage).toContain('not yet');
    await lambda.close();
  });

  it('runs in the next process if this one ends before the run', async () => {
    const first = flakyBench();
    await first.declare('flaky', FLAKY);
    await first.invoke('flaky', { file: first.file, good: 2 }, 'Event');
    await until(() => first.reports() === 1);
    await first.lambda.close();
    const second = flakyBench({
      dataDir: join(first.folder, 'data'),
      assetPath: () => join(first.folder, 'flaky'),
    });
    await second.declare('flaky', FLAKY);
    second.lambda.resume();
    second.clock.advance(60_000);
    await until(() => second.reports() === 1);
    expect(first.runs()).toBe(2);
    await second.lambda.close();
  });

  it('of a burst waits in the queue until the function has a free thread', async () => {
    const { declare, invoke, logs, reports, lambda } = flakyBench();
    let running = 0;
    let most = 0;
    await declare(
      'slow',
      'export const handler = () => new Promise((end) => setTimeout(end, 20))',
      {
        Timeout: 60,
      },
    );
    const count = 5 * MAX_SANDBOXES;
    for (let n = 0; n < count; n++) await invoke('slow', {}, 'Event');
    await until(() => reports() === count);
    for (const { event } of logs) {
      if (event === 'START') running += 1;
      if (event === 'REPORT') running -= 1;
      most = Math.max(most, running);
    }
    expect(most).toBeLessThanOrEqual(MAX_SANDBOXES);
    expect(new Set(logs.flatMap((log) => (log.event === 'REPORT' ? [log.status] : [])))).toEqual(
      new Set(['success']),
    );
    await lambda.close();
  });

  it('that is throttled returns to the queue, and no attempt is counted', async () => {
    const { declare, invoke, clock, starts, reports, sent, lambda } = flakyBench();
    await declare(
      'narrow',
      'export const handler = async ({ warm }) => warm ?? new Promise(() => {})',
      {
        Timeout: 30,
        ReservedConcurrentExecutions: 1,
        DeadLetterConfig: { TargetArn: QUEUE },
      },
    );
    // The timeout of a warm function begins at once.
    await invoke('narrow', { warm: true });
    const first = invoke('narrow');
    await until(() => starts() === 2);
    await invoke('narrow', { second: true }, 'Event');
    await dueActions(clock);
    expect(starts()).toBe(2);
    // The first one times out; the second one runs after its pause, of at most five minutes.
    clock.advance(30_000);
    expect((await first).result.errorType).toBe('Sandbox.Timedout');
    clock.advance(300_000);
    await until(() => starts() === 3);
    expect(reports()).toBe(2);
    expect(sent).toEqual([]);
    await lambda.close();
  });

  it('of a function that may not run at all expires, and reaches its dead-letter queue', async () => {
    const { declare, provide, invoke, clock, starts, sent, lambda } = flakyBench();
    await declare('stopped', 'export const handler = () => 1', {
      ReservedConcurrentExecutions: 0,
      DeadLetterConfig: { TargetArn: QUEUE },
    });
    await provide('AWS::Lambda::EventInvokeConfig', 'config', {
      FunctionName: 'stopped',
      Qualifier: '$LATEST',
      MaximumEventAgeInSeconds: 60,
    });
    await invoke('stopped', { n: 1 }, 'Event');
    await dueActions(clock);
    expect(sent).toEqual([]);
    clock.advance(60_000);
    await until(() => sent.length === 1);
    expect(sent[0]).toMatchObject({ queueArn: QUEUE, body: '{"n":1}' });
    expect(starts()).toBe(0);
    await lambda.close();
  });

  it('survives an error of the engine, which is reported, and is tried again', async () => {
    const errors: unknown[] = [];
    const { declare, invoke, clock, reports, lambda } = flakyBench({
      onError: (error) => void errors.push(error),
      credentialsFor: () => {
        if (errors.length === 0) throw new Error('no space left on device');
        return { accessKeyId: 'a', secretAccessKey: 's' };
      },
    });
    await declare('quick', 'export const handler = () => 1');
    await invoke('quick', {}, 'Event');
    await until(() => errors.length === 1);
    expect(reports()).toBe(0);
    clock.advance(1_000);
    await until(() => reports() === 1);
    expect(String(errors)).toContain('no space left on device');
    await lambda.close();
  });

  it('is not retried where the configuration says so', async () => {
    const { declare, provide, invoke, clock, file, reports, starts, sent, lambda } = flakyBench();
    await declare('once', FLAKY);
    await provide('AWS::Lambda::EventInvokeConfig', 'config', {
      FunctionName: 'once',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });
    await invoke('once', { file, good: 2 }, 'Event');
    await until(() => reports() === 1 && sent.length === 1);
    clock.advance(3_600_000);
    await dueActions(clock);
    expect(starts()).toBe(1);
    expect(JSON.parse(sent[0]?.body ?? '').requestContext.approximateInvokeCount).toBe(1);
    await lambda.close();
  });

  it('is refused above 1 MB', async () => {
    const { declare, invoke, lambda } = flakyBench();
    await declare('any', 'export const handler = async () => 1');
    await expect(invoke('any', 'x'.repeat(1_048_576), 'Event')).rejects.toMatchObject({
      code: 'RequestEntityTooLargeException',
    });
    await lambda.close();
  });
});

describe('a configuration of asynchronous invocations', () => {
  const config = (more: object) => ({ FunctionName: 'any', Qualifier: '$LATEST', ...more });
  const onFailure = (Destination: string) => ({
    DestinationConfig: { OnFailure: { Destination } },
  });

  it('is refused for a destination that the role of the function may not send to', async () => {
    const asked: unknown[] = [];
    const { declare, provide, lambda } = lambdaBench({
      checkSendToQueue(queueArn, caller) {
        asked.push([queueArn, caller]);
        throw new AwsError('AccessDenied', 'No policy allows it.', 403);
      },
    });
    await declare('any', 'export const handler = () => 1');
    await expect(
      provide('AWS::Lambda::EventInvokeConfig', 'config', config(onFailure(QUEUE))),
    ).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining('Allow the role sqs:SendMessage'),
    });
    expect(asked).toEqual([[QUEUE, { kind: 'role', roleArn: ROLE, sessionName: 'any' }]]);
    await lambda.close();
  });

  it.each([
    ['a topic', onFailure('arn:aws:sns:us-east-1:000000000000:failed')],
    ['a queue of another account', onFailure('arn:aws:sqs:us-east-1:111111111111:failed')],
    ['a queue of another partition', onFailure('arn:aws-cn:sqs:us-east-1:000000000000:failed')],
    ['a FIFO queue', onFailure(`${QUEUE}.fifo`)],
    ['three retries', { MaximumRetryAttempts: 3 }],
    ['an age under a minute', { MaximumEventAgeInSeconds: 59 }],
    ['an age over six hours', { MaximumEventAgeInSeconds: 21_601 }],
    ['an alias', { Qualifier: 'live' }],
    ['an unknown property', { Retries: 1 }],
  ])('is refused with %s', async (_, more) => {
    const { provider, lambda } = lambdaBench();
    const { properties } = provider('AWS::Lambda::EventInvokeConfig');
    expect(properties.safeParse(config({})).success).toBe(true);
    expect(properties.safeParse(config(more)).success).toBe(false);
    await lambda.close();
  });

  it('is refused for a function that does not exist', async () => {
    const { provide, lambda } = lambdaBench();
    await expect(
      provide('AWS::Lambda::EventInvokeConfig', 'config', config({})),
    ).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await lambda.close();
  });
});

describe('a moved clock', () => {
  it('also applies inside the function', async () => {
    const { declare, invoke, clock, lambda } = flakyBench();
    await declare(
      'now',
      'export const handler = async () => [Date.now(), new Date() instanceof Date, new Date(5).getTime()]',
    );
    clock.advance(7 * 86_400_000);
    const { result } = await invoke('now');
    expect(Math.abs(result[0] - clock.now())).toBeLessThan(2000);
    expect(result.slice(1)).toEqual([true, 5]);
    await lambda.close();
  });

  it('replaces the environment before the session of its role expires', async () => {
    const { declare, invoke, clock, lambda } = flakyBench();
    await declare('renewed', 'let n = 0; export const handler = async () => (n += 1)');
    await invoke('renewed');
    clock.advance(200_000);
    expect((await invoke('renewed')).result).toBe(2);
    for (let minutes = 4; minutes < 60; minutes += 4) {
      clock.advance(240_000);
      await invoke('renewed');
    }
    expect((await invoke('renewed')).result).toBeLessThan(5);
    await lambda.close();
  });
});
