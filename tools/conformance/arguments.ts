import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DYNAMODB_SUITE_FILE, S3_SUITE_FILE } from '@reelgate/local-cloud/conformance';
import { PARTS, type Part } from './part.ts';

export const USAGE = `Usage: npm run conformance [-- [${PARTS.join('|')} …] [--asl FILE] [--s3-names FILE] [--s3-tests DIR] [--dynamodb-suite DIR] [--videos DIR] [--files N] [--seed N] [--from N] [--json]]`;

/** Which mutated files are inspected. */
interface MediaArguments {
  /** A folder of videos to mutate in addition to the project's own. */
  readonly videos?: string;
  readonly files: number;
  /** @default a random one, which is printed */
  readonly seed?: number;
  /** Number of the first file. A seed and a number make the same file again. */
  readonly from: number;
}

const FILES = 10_000;
const MAX_NUMBER = 2 ** 32 - 1;

/** The parsed command line. Paths are absolute and exist. */
export interface Arguments {
  readonly parts: readonly Part[];
  readonly asl?: string;
  readonly s3Names?: string;
  readonly s3Tests?: string;
  readonly dynamodbSuite?: string;
  readonly media: MediaArguments;
  readonly json: boolean;
}

/**
 * Parses the command line; returns one sentence about a mistake in it. A path in an option must exist; only default
 * paths may be missing.
 */
export function parseArguments(args: readonly string[]): Arguments | { mistake: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        asl: { type: 'string' },
        's3-names': { type: 'string' },
        's3-tests': { type: 'string' },
        'dynamodb-suite': { type: 'string' },
        videos: { type: 'string' },
        files: { type: 'string' },
        seed: { type: 'string' },
        from: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const asl = existing('asl', values.asl, 'file');
    const s3Names = existing('s3-names', values['s3-names'], 'file');
    const s3Tests = existing('s3-tests', values['s3-tests'], 'folder');
    const dynamodbSuite = existing('dynamodb-suite', values['dynamodb-suite'], 'folder');
    const videos = existing('videos', values.videos, 'folder');
    const seed = number('seed', values.seed, 0);
    if (s3Tests !== undefined && !existsSync(join(s3Tests, S3_SUITE_FILE))) {
      throw new Error(
        `--s3-tests is "${s3Tests}", which has no ${S3_SUITE_FILE}; expected a checkout of ceph/s3-tests.`,
      );
    }
    if (dynamodbSuite !== undefined && !existsSync(join(dynamodbSuite, DYNAMODB_SUITE_FILE))) {
      throw new Error(
        `--dynamodb-suite is "${dynamodbSuite}", which has no ${DYNAMODB_SUITE_FILE}; expected a checkout of nubo-db/dynamodb-conformance.`,
      );
    }
    return {
      parts: partsOf(positionals),
      ...(asl !== undefined && { asl }),
      ...(s3Names !== undefined && { s3Names }),
      ...(s3Tests !== undefined && { s3Tests }),
      ...(dynamodbSuite !== undefined && { dynamodbSuite }),
      media: {
        ...(videos !== undefined && { videos }),
        files: number('files', values.files, 1) ?? FILES,
        ...(seed !== undefined && { seed }),
        from: number('from', values.from, 0) ?? 0,
      },
      json: values.json,
    };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}

/** The named parts in the order of PARTS, or all of them without names. */
function partsOf(names: readonly string[]): Part[] {
  const unknown = names.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) {
    throw new Error(`There is no part "${unknown}"; the parts are ${PARTS.join(', ')}.`);
  }
  return PARTS.filter((part) => names.length === 0 || names.includes(part));
}

function number(option: string, value: string | undefined, min: number): number | undefined {
  if (value === undefined) return undefined;
  const given = Number(value);
  if (value.trim() === '' || !Number.isInteger(given) || given < min || given > MAX_NUMBER) {
    throw new Error(
      `--${option} is "${value}"; expected a whole number from ${min} to ${MAX_NUMBER}.`,
    );
  }
  return given;
}

function existing(
  option: string,
  value: string | undefined,
  kind: 'file' | 'folder',
): string | undefined {
  if (value === undefined) return undefined;
  const found = value === '' ? undefined : statSync(value, { throwIfNoEntry: false });
  if (!(kind === 'file' ? found?.isFile() : found?.isDirectory())) {
    throw new Error(`--${option} is "${value}"; expected an existing ${kind}.`);
  }
  return resolve(value);
}
