import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Aws, Fn, RemovalPolicy } from 'aws-cdk-lib/core';
import type { FunctionName } from '../core/environment.ts';
import type { Configuration } from './configuration.ts';

export const METRICS_NAMESPACE = 'reelgate';

/** The settings for logs and metrics of all functions. */
export interface Telemetry {
  readonly logLevel: Configuration['logLevel'];
  readonly logRetentionDays: RetentionDays;
  /** Whether logs are kept, for their retention, when the stack is deleted. */
  readonly retainLogs: boolean;
}

export function telemetryOf(configuration: Configuration): Telemetry {
  const { logLevel, logRetentionDays, retainData: retainLogs } = configuration;
  return { logLevel, logRetentionDays, retainLogs };
}

/** The settings of every log group. */
export function logSettings({ logRetentionDays: retention, retainLogs }: Telemetry) {
  return { retention, removalPolicy: retainLogs ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY };
}

/**
 * A suffix for the name of a log group: a part of the stack's id. A new stack of the same name must not find the name in
 * use by a log group that an earlier one has left.
 */
export function stackSuffix(): string {
  return Fn.select(4, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
}

/** The variables that Powertools reads. */
export function powertools(name: FunctionName, telemetry: Telemetry) {
  return {
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
    POWERTOOLS_LOG_LEVEL: telemetry.logLevel,
  };
}
