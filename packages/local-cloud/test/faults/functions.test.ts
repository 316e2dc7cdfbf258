import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFaults } from '../../src/faults/faults.ts';
import type { FaultRuleInput } from '../../src/faults/rule.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import { lambdaBench } from '../lambda/bundle.ts';

/** Notes each run in a file, and answers how often its environment has run. */
const COUNTING = `
  import { appendFileSync } from 'node:fs';
  let runs = 0;
  export const handler = async ({ file }) => {
    runs += 1;
    appendFileSync(file, 'x');
    return { runs };
  };`;

async function counting(rule: Partial<FaultRuleInput> & { kind: FaultRuleInput['kind'] }) {
  const clock = new MovableClock();
  const faults = createFaults({
    clock,
    rules: [{ service: 'function', ...rule } as FaultRuleInput],
    onFault: (error) => {
      throw error;
    },
  });
  const bench = lambdaBench({ clock, faultOfRun: faults.ofRun });
  const file = join(bench.folder, 'runs');
  await bench.declare('counting', COUNTING, { Timeout: 7 });
  const invoke = (type?: 'Event') => bench.invoke('counting', { file }, type);
  const effects = () => {
    try {
      return readFileSync(file, 'utf8').length;
    } catch {
      return 0;
    }
  };
  return { ...bench, clock, faults, invoke, effects };
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !condition(); turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}

const KILLED = {
  functionError: 'Unhandled',
  result: {
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(
      /^RequestId: [-\w]+ Error: Runtime exited with error: signal: killed$/,
    ),
  },
};

it('A function whose environment dies before it runs has done nothing, and says what Lambda says', async () => {
  const { invoke, effects, logs, lambda } = await counting({ kind: 'crash_before' });
  expect(await invoke()).toMatchObject(KILLED);
  expect(effects()).toBe(0);
  expect(logs.find(({ event }) => event === 'REPORT')).toMatchObject({
    status: 'error',
    errorType: 'Runtime.ExitError',
  });
  expect(await invoke()).toMatchObject({ result: { runs: 1 } });
  await lambda.close();
});

it('One whose environment dies after it has run has done everything, and the next run starts cold', async () => {
  const { invoke, effects, lambda } = await counting({ kind: 'crash_after', nth: 2 });
  expect(await invoke()).toMatchObject({ result: { runs: 1 } });
  expect(await invoke()).toMatchObject(KILLED);
  expect(effects()).toBe(2);
  expect(await invoke()).toMatchObject({ result: { runs: 1 } });
  await lambda.close();
});

it('One that is said to have run over its time has done everything, at once', async () => {
  const { invoke, effects, lambda } = await counting({ kind: 'timeout' });
  expect(await invoke()).toMatchObject({
    functionError: 'Unhandled',
    result: {
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 7.00 seconds'),
    },
  });
  expect(effects()).toBe(1);
  await lambda.close();
});

it('An asynchronous invocation that dies is run again by Lambda', async () => {
  const { invoke, effects, faults, logs, clock, lambda } = await counting({
    kind: 'crash_after',
    contains: 'runs',
    times: 2,
  });
  await invoke('Event');
  const reports = () => logs.filter(({ event }) => event === 'REPORT').length;
  await until(() => reports() === 1);
  clock.advance(60_000);
  await until(() => reports() === 2);
  clock.advance(120_000);
  await until(() => reports() === 3);
  expect(effects()).toBe(3);
  expect(faults.rules()).toMatchObject([{ matched: 3, applied: 2 }]);
  await lambda.close();
});

it('A function or a payload that is not meant runs as ever', async () => {
  const { invoke, faults, lambda } = await counting({ kind: 'crash_before', resource: 'another' });
  faults.add([{ service: 'function', kind: 'crash_before', contains: 'elsewhere' }]);
  expect(await invoke()).toMatchObject({ result: { runs: 1 } });
  expect(faults.rules()).toMatchObject([{ matched: 0 }, { matched: 0 }]);
  await lambda.close();
});
