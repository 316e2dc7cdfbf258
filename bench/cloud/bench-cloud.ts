import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ConfigurationInput } from '../../lib/configuration.ts';
import { type HostedCloud, hostCloud } from '../../test/e2e/hosted-cloud.ts';

/** The policy's limits are no part of what is measured. */
const CONFIGURATION: ConfigurationInput = {
  upload: {
    size: { maximumBytes: 10 ** 12 },
    quota: { maximumBytes: 10 ** 15, maximumActiveUploads: 10_000 },
  },
  throttle: { rate: 10_000, burst: 5_000 },
};

/** The deployed templates on the local cloud, in a process of its own, with limits that no bench reaches. */
export function hostBenchCloud(): Promise<HostedCloud> {
  return hostCloud(CONFIGURATION);
}

/** One line of a function's log: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
export interface Invocation {
  /** As `core/environment.ts` names the function. */
  readonly function: string;
  /** ISO 8601 with milliseconds. */
  readonly time: string;
  readonly durationMs: number;
  readonly billedMs: number;
  readonly memorySizeMegabytes: number;
  readonly coldStart: boolean;
}

/** Every invocation so far, as the functions' own REPORT lines tell it. */
export function invocations({ data }: Pick<HostedCloud, 'data'>): Invocation[] {
  return globSync(`${data}/logs/*.ndjson`)
    .filter((file) => basename(file) !== 'executions.ndjson')
    .flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n'))
    .filter((line) => line.includes('"REPORT"'))
    .map((line) => JSON.parse(line) as Invocation);
}
