import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FunctionName } from '../../../core/environment.ts';
import type { ConfigurationInput } from '../../../lib/configuration.ts';
import { type HostedCloud, hostCloud } from '../../../test/kit/hosted-cloud.ts';
import { UNLIMITED_REQUESTS } from '../../../test/kit/unlimited-requests.ts';
import { functionOf } from '../../cloud/function-of.ts';

/** Limits that no bench reaches: limits are not measured. */
const CONFIGURATION: ConfigurationInput = {
  upload: {
    size: { maximumBytes: 10 ** 12 },
    quota: { maximumBytes: 10 ** 15, maximumActiveUploads: 10_000 },
  },
  ...UNLIMITED_REQUESTS,
};

/** A delay of the tests is not measured. */
const open = () => hostCloud(CONFIGURATION, { indexLag: false });

/** Opens the local cloud for benches. */
export interface Clouds {
  /** The deployed templates on the local cloud in a process of its own. */
  open(): Promise<HostedCloud>;
  close(): Promise<void>;
}

/**
 * A cloud for each bench. With `shared`, one for all of them: a start takes seconds, and small runs do not need clean
 * figures.
 */
export function benchClouds(shared: boolean): Clouds {
  if (!shared) return { open, close: async () => undefined };
  let only: Promise<HostedCloud> | undefined;
  return {
    async open() {
      only ??= open();
      return { ...(await only), close: async () => undefined };
    },
    close: async () => (await only)?.close(),
  };
}

/** One line of a function's log: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
export interface Invocation {
  /** The name of its file: `create-upload`. */
  readonly function: FunctionName;
  /** ISO 8601 with milliseconds. */
  readonly time: string;
  readonly durationMs: number;
  readonly billedMs: number;
  readonly memorySizeMegabytes: number;
  readonly coldStart: boolean;
}

/** Every invocation so far in the order of their ends, from the REPORT lines in the functions' logs. */
export function invocations({ data }: Pick<HostedCloud, 'data'>): Invocation[] {
  return globSync(join(data, 'logs', '*.ndjson'))
    .filter((file) => basename(file) !== 'executions.ndjson')
    .flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n'))
    .filter((line) => line.includes('"REPORT"'))
    .map((line) => JSON.parse(line) as Omit<Invocation, 'function'> & { function: string })
    .map((line) => ({ ...line, function: knownFunction(line.function) }))
    .sort((a, b) => a.time.localeCompare(b.time));
}

function knownFunction(physicalName: string): FunctionName {
  const found = functionOf(physicalName);
  if (found) return found;
  throw new Error(`The function ${physicalName} belongs to no file in functions/.`);
}
