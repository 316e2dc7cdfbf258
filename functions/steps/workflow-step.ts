import middy from '@middy/core';
import type * as z from 'zod/mini';
import type { Runtime } from '../../core/runtime.ts';
import { check } from '../../core/validation/check.ts';

/** Lambda's context, by middy's type. */
export type InvocationContext = Parameters<middy.MiddyfiedHandler>[1];

export type StepHandler<Result> = (event: unknown, context: InvocationContext) => Promise<Result>;

/** The step was called with input that it does not accept. */
class StepInputInvalid extends Error {
  override readonly name = 'StepInputInvalid';
}

interface Step {
  event: unknown;
  context: object;
  response: unknown;
  error: Error | null | undefined;
}

/**
 * A function that the workflow or a rule invokes: checks the input, and writes one log line and one set of metrics.
 * Its errors keep their names, which the state machine matches; adapters throw what is retried as `TransientError`.
 */
export function workflowStep<Schema extends z.ZodMiniType, Result>(
  runtime: Pick<Runtime, 'elapsed' | 'logger' | 'metrics'>,
  name: string,
  schema: Schema,
  run: (input: z.output<Schema>, context: InvocationContext) => Promise<Result>,
): StepHandler<Result> {
  return middy<unknown, Result>()
    .use(stepTelemetry(runtime, name))
    .use(checkInput(schema))
    .handler((event: unknown, context) => run(event as z.output<Schema>, context));
}

function checkInput(schema: z.ZodMiniType) {
  return {
    before(step: Step): void {
      const result = check(schema, step.event);
      if (!result.success) {
        const fields = result.error.issues.map(
          (issue) => `${issue.path.join('.')}: ${issue.message}`,
        );
        throw new StepInputInvalid(`The step's input is not valid. ${fields.join('; ')}.`);
      }
      step.event = result.data;
    },
  };
}

function stepTelemetry(
  { elapsed, logger, metrics }: Pick<Runtime, 'elapsed' | 'logger' | 'metrics'>,
  name: string,
) {
  const started = new WeakMap<object, number>();

  const publish = (step: Step, faults: 0 | 1): void => {
    const end = elapsed();
    metrics.addDimension('step', name);
    metrics.addMetric('Steps', 'Count', 1);
    metrics.addMetric('Faults', 'Count', faults);
    metrics.addMetric('Latency', 'Milliseconds', end - (started.get(step.context) ?? end));
    metrics.publishStoredMetrics();
  };

  return {
    before(step: Step): void {
      started.set(step.context, elapsed());
    },
    after(step: Step): void {
      logger.info('step', { step: name, ...loggedFields(step.response) });
      publish(step, 0);
    },
    onError(step: Step): void {
      logger.error('fault', { step: name, error: step.error ?? new Error('unknown') });
      publish(step, 1);
    },
  };
}

/** Only what helps to follow a result: the outcome and its cost, never a job or a key. */
function loggedFields(result: unknown): Record<string, unknown> {
  const { outcome, reason, counters } = (result ?? {}) as Record<string, unknown>;
  return { outcome, reason, counters };
}
