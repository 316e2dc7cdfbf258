import { relative } from 'node:path';
import type { Outcome } from './outcome.ts';

/** The parts of the report of `vitest --reporter=json` that are used here. */
interface Report {
  readonly testResults: readonly {
    /** Path of the test file. */
    readonly name: string;
    /** Why the file could not be run. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** The cases of a report. A name has the file below `tests` and the title: `tier1/getItem/basic.test.ts: …`. */
export function readVitest(text: string, suite: string): Outcome[] {
  const { testResults } = JSON.parse(text) as Report;
  return testResults.flatMap(({ name, message, assertionResults }): Outcome[] => {
    const file = relative(suite, name)
      .replaceAll('\\', '/')
      .replace(/^tests\//, '');
    if (assertionResults.length === 0) {
      return [{ name: file, state: 'differs', why: firstLine(message ?? 'It has no test.') }];
    }
    return assertionResults.map(({ fullName, status, failureMessages = [] }): Outcome => {
      const test = `${file}: ${fullName}`;
      if (status === 'passed') return { name: test, state: 'agrees' };
      if (status === 'failed') {
        return { name: test, state: 'differs', why: firstLine(failureMessages[0] ?? '') };
      }
      return {
        name: test,
        state: 'did not run',
        why: 'the suite skips it, because the engine does not support the operation',
      };
    });
  });
}

/** The score of each tier of the suite: `tier 1: 303 of 303`. */
export function tierLines(outcomes: readonly Outcome[]): string[] {
  const tiers = Map.groupBy(outcomes, ({ name }) => /^tier(\d)/.exec(name)?.[1] ?? 'other');
  return [...tiers].sort().map(([tier, cases]) => {
    const count = (state: Outcome['state']) => cases.filter((each) => each.state === state).length;
    const skipped = count('did not run');
    return `tier ${tier}: ${count('agrees')} of ${cases.length}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
