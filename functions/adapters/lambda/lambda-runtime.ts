import { randomBytes } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Runtime } from '../../../core/runtime.ts';

/** Service, level and namespace come from Powertools' own variables. */
export function lambdaRuntime(): Runtime {
  const logger = new Logger();
  const metrics = new Metrics();
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    randomBytes,
    logger: {
      info: (message, fields) => logger.info(message, fields),
      error: (message, fields) => logger.error(message, fields),
    },
    /** Written to the log in CloudWatch's embedded metric format. */
    metrics,
  };
}
