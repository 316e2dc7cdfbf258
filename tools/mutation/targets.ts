/** What one `npm run test:mutation -- <name>` mutates, and the unit tests that have to notice. */
export interface MutationTarget {
  /** Globs of the files to mutate; a leading `!` leaves files out. */
  mutate: readonly string[];
  /** Globs of the test files to run, relative to the repository. */
  tests: readonly string[];
}

export const TARGETS = {
  core: { mutate: ['core/**/*.ts'], tests: ['test/unit/core/**/*.test.ts'] },
  'use-cases': {
    mutate: ['functions/use-cases/**/*.ts'],
    tests: ['test/unit/functions/use-cases/**/*.test.ts'],
  },
  http: {
    mutate: ['functions/http/**/*.ts'],
    tests: ['test/unit/functions/http/**/*.test.ts'],
  },
  client: {
    mutate: ['packages/client/src/*.ts'],
    tests: ['packages/client/test/*.test.ts'],
  },
} as const satisfies Record<string, MutationTarget>;

export type TargetName = keyof typeof TARGETS;

export const isTargetName = (name: string): name is TargetName => Object.hasOwn(TARGETS, name);
