import * as z from 'zod/mini';
import { TransientError } from '../../../../core/transient-error.ts';
import { type InvocationContext, workflowStep } from '../../../../functions/steps/workflow-step.ts';
import { recordedRuntime } from '../../../kit/ports/recorded-runtime.ts';

const schema = z.object({ uploadId: z.string() });
const context = { awsRequestId: 'i' } as InvocationContext;

/** A clock that a step reads once before and once after: 25 ms apart. */
function elapsedBy25() {
  let now = 1_000;
  return () => {
    now += 25;
    return now;
  };
}

function step(run: (input: { uploadId: string }) => Promise<unknown>) {
  const recorded = recordedRuntime();
  const runtime = { ...recorded.runtime, elapsed: elapsedBy25() };
  return { ...recorded, handler: workflowStep(runtime, 'inspect-media', schema, run) };
}

describe('A step of the workflow', () => {
  it('receives the validated input and returns its result', async () => {
    const { handler } = step(async (input) => ({ outcome: 'accepted', input }));
    expect(await handler({ uploadId: '1', more: true }, context)).toEqual({
      outcome: 'accepted',
      input: { uploadId: '1' },
    });
  });

  it('receives the invocation context', async () => {
    const runtime = recordedRuntime().runtime;
    const handler = workflowStep(
      runtime,
      'step',
      schema,
      async (_, { awsRequestId }) => awsRequestId,
    );
    expect(await handler({ uploadId: '1' }, context)).toBe('i');
  });

  it('refuses invalid input with the name of each field', async () => {
    const { handler } = step(async () => ({}));
    await expect(handler({ uploadId: 1 }, context)).rejects.toMatchObject({
      name: 'StepInputInvalid',
      message:
        "The step's input is not valid. uploadId: Invalid input: expected string, received number.",
    });
  });

  it('names nested fields and separates several problems', async () => {
    const nested = z.object({ detail: z.object({ key: z.string(), size: z.number() }) });
    const handler = workflowStep(recordedRuntime().runtime, 'step', nested, async () => ({}));
    await expect(handler({ detail: {} }, context)).rejects.toThrow(
      /detail\.key: [^;]+; detail\.size: /,
    );
  });

  it.each([
    ['TransientError', new TransientError('throttled')],
    ['OutputsMissing', Object.assign(new Error('x'), { name: 'OutputsMissing' })],
  ])('keeps the name of a %s, which the state machine matches', async (name, error) => {
    const { handler } = step(() => Promise.reject(error));
    await expect(handler({ uploadId: '1' }, context)).rejects.toMatchObject({ name });
  });

  it('logs outcome, reason and cost of its result, and nothing else of it', async () => {
    const result = { outcome: 'rejected', reason: { code: 'x' }, counters: { reads: 1 }, job: 'j' };
    const { handler, logged, measured, dimensions } = step(async () => result);
    await handler({ uploadId: '1' }, context);
    const { job: _, ...shown } = result;
    expect(logged).toEqual([['info', 'step', { step: 'inspect-media', ...shown }]]);
    expect(measured).toEqual({ Steps: 1, Faults: 0, Latency: 25 });
    expect(dimensions).toEqual({ step: 'inspect-media' });
  });

  it('logs a step without a result', async () => {
    const { handler, logged } = step(async () => undefined);
    await handler({ uploadId: '1' }, context);
    expect(logged).toMatchObject([['info', 'step', { step: 'inspect-media' }]]);
  });

  it('logs its error and counts it', async () => {
    const error = new Error('broken');
    const { handler, logged, measured } = step(() => Promise.reject(error));
    await expect(handler({ uploadId: '1' }, context)).rejects.toBe(error);
    expect(logged).toEqual([['error', 'fault', { step: 'inspect-media', error }]]);
    expect(measured).toEqual({ Steps: 1, Faults: 1, Latency: 25 });
  });
});
