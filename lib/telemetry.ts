import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { FunctionName } from '../core/environment.ts';
import type { Configuration } from './configuration.ts';

export const METRICS_NAMESPACE = 'reelgate';

/** The settings for logs and metrics of all functions. */
export interface Telemetry {
  readonly logLevel: Configuration['logLevel'];
  readonly logRetentionDays: RetentionDays;
}

/** The variables that Powertools reads. */
export function powertools(name: FunctionName, telemetry: Telemetry) {
  return {
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
    POWERTOOLS_LOG_LEVEL: telemetry.logLevel,
  };
}
