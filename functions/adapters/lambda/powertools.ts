import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/**
 * Structured logs; service and level come from Powertools' own variables. Never given an event, token or
 * URL.
 */
export const logger = new Logger();

/** Counters and latencies, written to the log in CloudWatch's embedded format. */
export const metrics = new Metrics();
