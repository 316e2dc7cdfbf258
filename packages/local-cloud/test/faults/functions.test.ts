import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFaults } from '../../src/faults/faults.ts';
import type { FaultRuleInput } from '../../src/faults/rule.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import { lambdaBench } from '../lambda/bundle.ts';
import { until } from '../waiting.ts';

/** Appends to a file in each run, and returns the number of runs in its environment. */
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
    onError: (error) => {
      throw error;
    },
  });
  const bench = lambdaBench({ clock, interruptRun: faults.interception.run });
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

const KILLED = {
  functionError: 'Unhandled',
  result: {
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(
      /^RequestId: [-\w]+ Error: Runtime exited with error: signal: killed$/,
    ),
  },
};

it('crash_before: the handler does not run, and the error is that of a killed environment', async () => {
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

it('crash_after: the handler has run, and the next run is a cold start', async () => {
  const { invoke, effects, lambda } = await counting({ kind: 'crash_after', nth: 2 });
  expect(await invoke()).toMatchObject({ result: { runs: 1 } });
  expect(await invoke()).toMatchObject(KILLED);
  expect(effects()).toBe(2);
  expect(await invoke()).toMatchObject({ result: { runs: 1 } });
  await lambda.close();
});

it('timeout: the handler has run, and the error comes without a wait', async () => {
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

it('Lambda retries an asynchronous invocation whose environment dies', async () => {
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

it('A rule for another function or payload has no effect', async () => {
  const { invoke, faults, lambda } = await counting({ kind: 'crash_before', resource: 'another' });
  faults.add([{ service: 'function', kind: 'crash_before', contains: 'elsewhere' }]);
  expect(await invoke()).toMatchObject({ result: { runs: 1 } });
  expect(faults.rules()).toMatchObject([{ matched: 0 }, { matched: 0 }]);
  await lambda.close();
});
