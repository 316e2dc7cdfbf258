import * as z from 'zod/mini';

// Powertools writes to the console.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED = 'true';
process.env.POWERTOOLS_METRICS_NAMESPACE = 'reelgate';
const { workflowStep } = await import('../../../../functions/http/workflow-step.ts');

const schema = z.object({ uploadId: z.string() });
const context = { awsRequestId: 'i' } as Parameters<ReturnType<typeof workflowStep>>[1];
const step = (run: () => Promise<unknown>) => workflowStep('step', schema, run);

describe('a step of the workflow', () => {
  it('gets the checked input and answers with its result', async () => {
    const echo = workflowStep('step', schema, async (input) => ({ verdict: 'accepted', input }));
    expect(await echo({ uploadId: '1', more: true }, context)).toEqual({
      verdict: 'accepted',
      input: { uploadId: '1' },
    });
  });

  it('refuses input that it does not take, by name and field', async () => {
    const refused = step(async () => ({}))({ uploadId: 1 }, context);
    await expect(refused).rejects.toMatchObject({
      name: 'StepInputInvalid',
      message:
        "The step's input is not valid. uploadId: Invalid input: expected string, received number.",
    });
  });

  it.each(['ThrottlingException', 'SlowDown', 'TimeoutError'])(
    'calls %s a passing fault, which the state machine tries again',
    async (name) => {
      const run = step(() => Promise.reject(Object.assign(new Error('x'), { name })));
      await expect(run({ uploadId: '1' }, context)).rejects.toMatchObject({
        name: 'TransientError',
      });
    },
  );

  it('leaves every other error its own name, which the state machine catches', async () => {
    const run = step(() =>
      Promise.reject(Object.assign(new Error('x'), { name: 'OutputsMissing' })),
    );
    await expect(run({ uploadId: '1' }, context)).rejects.toMatchObject({ name: 'OutputsMissing' });
  });
});
