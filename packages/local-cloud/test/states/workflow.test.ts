import { runWorkflow, type TaskOutcome, type WorkflowTask } from '@reelgate/local-cloud/workflow';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:work';
const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Pause',
  States: {
    Pause: { Type: 'Wait', Seconds: 86_400, Next: 'Work' },
    Work: {
      Type: 'Task',
      Resource: FUNCTION,
      Arguments: { n: '{% $states.input.n + 1 %}' },
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ['Busy', 'States.Timeout'], IntervalSeconds: 3600, MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ['Refused'], Next: 'Refused' }],
      End: true,
    },
    Refused: { Type: 'Fail', Error: 'NotAccepted' },
  },
});

/** Runs the definition with the outcomes in their order. */
async function run(...outcomes: TaskOutcome[]) {
  const seen: WorkflowTask[] = [];
  const result = await runWorkflow({
    definition,
    input: { n: 1 },
    onTask(task) {
      seen.push(task);
      const outcome = outcomes.shift();
      if (outcome === undefined) throw new Error('The test has no further outcome.');
      return outcome;
    },
  });
  expect(result.tasks).toEqual(seen);
  return result;
}

it('A workflow runs to its end on a virtual clock', async () => {
  const result = await run({ error: 'Busy' }, { output: 'done' });
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'done', states: ['Pause', 'Work'] });
  const task = { state: 'Work', resource: FUNCTION, arguments: { n: 2 } };
  expect(result.tasks).toEqual([task, task]);
  const { history } = result;
  const [first, last] = [history.at(0)?.timestamp ?? 0, history.at(-1)?.timestamp ?? 0];
  expect(last - first).toBe((86_400 + 3600) * 1000);
});

it('A task without a response runs into its timeout', async () => {
  const result = await run('no response', 'no response', 'no response');
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(result.tasks).toHaveLength(3);
});

it('An error of a task reaches its catcher', async () => {
  const result = await run({ error: 'Refused', cause: 'too large' });
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'NotAccepted',
    states: ['Pause', 'Work', 'Refused'],
  });
});

it('The same seed gives the same history', async () => {
  const outcomes = [{ error: 'Busy' }, { output: 1 }];
  expect((await run(...outcomes)).history).toEqual((await run(...outcomes)).history);
});

it('A definition with mistakes is refused', async () => {
  const wrong = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass' } } });
  const onTask = () => 'no response' as const;
  await expect(runWorkflow({ definition: wrong, input: {}, onTask })).rejects.toMatchObject({
    code: 'InvalidDefinition',
  });
});

it('An execution that would wait for ever is reported with its state', async () => {
  const waiting = JSON.stringify({
    StartAt: 'Work',
    States: { Work: { Type: 'Task', Resource: FUNCTION, End: true } },
  });
  const onTask = () => 'no response' as const;
  await expect(runWorkflow({ definition: waiting, input: {}, onTask })).rejects.toThrow(
    'The execution waits in Work, without a timeout',
  );
});
