import type { SuiteResult } from '@reelgate/local-cloud/conformance';

/** What can be held against something that was not written for it, in the order in which it runs. */
export const PARTS = ['asl', 's3', 'permissions', 'media'] as const;

export type Part = (typeof PARTS)[number];

/** The names for people. */
export const TITLES: Readonly<Record<Part, string>> = {
  asl: 'ASL',
  s3: 'S3',
  permissions: 'Permissions',
  media: 'Media',
};

/** Takes lines for a person who waits. */
export type Say = (line: string) => void;

/** The result of a part: its cases; or only their number, if the cases that agree have no names; or what is missing. */
export type Ran =
  | SuiteResult
  | { readonly passed: number; readonly total: number; readonly differing: readonly string[] };
