import * as z from 'zod/mini';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { logger, metrics } from './adapters/lambda/powertools.ts';
import { workflowStep } from './http/workflow-step.ts';
import { reconcileUploads } from './use-cases/reconcile-uploads.ts';

const environment = environmentOf('reconcile-uploads');
const table = uploadTable(environment.TABLE_NAME);
const buckets = { source: environment.SOURCE_BUCKET, output: environment.OUTPUT_BUCKET };

/** EventBridge's scheduled event tells its time; called without one, by hand, a run is of now. */
const schema = z.object({ time: z.optional(z.iso.datetime()) });

/** Some uploads could not be looked at or healed; the log names each. */
class ReconciliationIncomplete extends Error {
  override readonly name = 'ReconciliationIncomplete';
}

/** Every few minutes: heals what lost events, crashes and deadlines have left behind. */
export const handler = workflowStep('reconcile-uploads', schema, async ({ time }, context) => {
  const counters = await reconcileUploads({
    table,
    buckets,
    stateMachine: environment.STATE_MACHINE_ARN,
    now: time === undefined ? Date.now() : Date.parse(time),
    timeLeft: () => context.getRemainingTimeInMillis(),
    tell: (event) => {
      if ('error' in event) logger.error('not healed', { ...event, error: event.error as Error });
      else logger.info('healed', event);
    },
  });
  for (const [name, count] of Object.entries(counters)) {
    metrics.addMetric(`Reconciler.${name}`, 'Count', count);
  }
  if (counters.faults > 0) {
    logger.error('reconciled', { counters });
    throw new ReconciliationIncomplete(`${counters.faults} uploads could not be healed.`);
  }
  return { verdict: 'reconciled', counters };
});
