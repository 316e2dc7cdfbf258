/** What one `npm run test:mutation -- <name>` mutates, and the unit tests that have to notice. */
export interface MutationTarget {
  /** Globs of the files to mutate; a leading `!` leaves files out. */
  mutate: readonly string[];
  /** Globs of the test files to run, relative to the repository. */
  tests: readonly string[];
  /** `in-process` is many times faster, and runs only tests without hooks, mocks and timers of jest. */
  runner: 'in-process' | 'jest';
}

export const TARGETS = {
  core: {
    mutate: ['core/**/*.ts'],
    tests: ['test/unit/core/**/*.test.ts'],
    runner: 'in-process',
  },
  'use-cases': {
    mutate: ['functions/use-cases/**/*.ts'],
    tests: ['test/unit/functions/use-cases/**/*.test.ts'],
    runner: 'jest',
  },
  http: {
    mutate: ['functions/http/**/*.ts'],
    tests: ['test/unit/functions/http/**/*.test.ts'],
    runner: 'jest',
  },
  client: {
    mutate: ['packages/client/src/*.ts'],
    tests: ['packages/client/test/*.test.ts'],
    runner: 'jest',
  },
} as const satisfies Record<string, MutationTarget>;

export type TargetName = keyof typeof TARGETS;

export const isTargetName = (name: string): name is TargetName => Object.hasOwn(TARGETS, name);
