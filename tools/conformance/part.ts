import type { SuiteResult } from '@reelgate/local-cloud/conformance';

/** The parts of the conformance run, in the order in which they run. */
export const PARTS = ['asl', 's3', 'dynamodb', 'permissions', 'media'] as const;

export type Part = (typeof PARTS)[number];

/** Names in the output. */
export const TITLES: Readonly<Record<Part, string>> = {
  asl: 'ASL',
  s3: 'S3',
  dynamodb: 'DynamoDB',
  permissions: 'Permissions',
  media: 'Media',
};

/** Prints a line of progress. */
export type Say = (line: string) => void;

/** The result of a part: its cases, or what is missing to run it. Without names for passed cases, their number. */
export type Ran =
  | SuiteResult
  | { readonly passed: number; readonly total: number; readonly differing: readonly string[] };
