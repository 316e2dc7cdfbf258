import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MovableClock } from '../../src/shared/clock.ts';
import { dueActions, until } from '../waiting.ts';
import { lambdaBench } from './bundle.ts';

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
    expect(JSON.parse(destination?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      requestPayload: { good: 9 },
      responsePayload: { errorMessage: 'not yet' },
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

  it('is refused above 1 MB', async () => {
    const { declare, invoke, lambda } = flakyBench();
    await declare('any', 'export const handler = async () => 1');
    await expect(invoke('any', 'x'.repeat(1_048_576), 'Event')).rejects.toMatchObject({
      code: 'RequestEntityTooLargeException',
    });
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
