import middy from '@middy/core';
import type * as z from 'zod/mini';
import { check } from '../../core/validation/check.ts';
import { logger, metrics } from '../adapters/lambda/powertools.ts';
import { isTransientError } from '../adapters/transient-error.ts';

/** Lambda's, as middy knows it. */
type InvocationContext = Parameters<middy.MiddyfiedHandler>[1];

/** AWS was throttling or unreachable: the step is tried again. */
class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** The workflow has called with what this step does not take. */
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
 * A function that the workflow or a rule invokes: input checked, one log line, one set of metrics, and errors by names
 * that the state machine can match. What is known to pass becomes `TransientError`.
 */
export function workflowStep<Schema extends z.ZodMiniType, Result>(
  name: string,
  schema: Schema,
  run: (input: z.output<Schema>, context: InvocationContext) => Promise<Result>,
): (event: unknown, context: InvocationContext) => Promise<Result> {
  return middy<unknown, Result>()
    .use(stepTelemetry(name))
    .use(namedErrors())
    .use(checkedInput(schema))
    .handler((event: unknown, context) => run(event as z.output<Schema>, context));
}

function checkedInput(schema: z.ZodMiniType) {
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

function namedErrors() {
  return {
    onError(step: Step): void {
      const { error } = step;
      if (!isTransientError(error)) return;
      step.error = new TransientError(error?.message ?? 'AWS did not answer.', { cause: error });
    },
  };
}

function stepTelemetry(name: string) {
  const began = new WeakMap<object, number>();

  const publish = (step: Step, fault: number): void => {
    const ms = performance.now() - (began.get(step.context) ?? performance.now());
    metrics.addDimension('step', name);
    metrics.addMetric('Steps', 'Count', 1);
    metrics.addMetric('Faults', 'Count', fault);
    metrics.addMetric('Latency', 'Milliseconds', ms);
    metrics.publishStoredMetrics();
  };

  return {
    before(step: Step): void {
      began.set(step.context, performance.now());
    },
    after(step: Step): void {
      logger.info('step', { step: name, ...told(step.response) });
      publish(step, 0);
    },
    onError(step: Step): void {
      logger.error('fault', { step: name, error: step.error ?? new Error('unknown') });
      publish(step, 1);
    },
  };
}

/** Of a result only what helps to follow it: the verdict and its cost, never a job or a key. */
function told(result: unknown): Record<string, unknown> {
  const { verdict, reason, counters } = (result ?? {}) as Record<string, unknown>;
  return { verdict, reason, counters };
}
