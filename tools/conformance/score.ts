import type { Outcome } from '@reelgate/local-cloud/conformance';
import type { KnownDifference } from './known-differences.ts';
import type { Part, Ran } from './part.ts';

/** The result of one part, as in the output of `--json`. */
export interface Score {
  readonly part: Part;
  /** `missing`: test data is missing and nothing ran. `broken`: the run failed before its end. */
  readonly state: 'ran' | 'missing' | 'broken';
  readonly passed: number;
  /** All requested cases, including those that did not run. */
  readonly total: number;
  readonly differing: readonly Difference[];
  /** Cases that could not run here, with the reason. */
  readonly notRun: readonly Case[];
  /** Names of documented differences that agree now. */
  readonly stale: readonly string[];
  /** What is missing, or the error. */
  readonly notes: readonly string[];
  readonly ms: number;
}

interface Case {
  readonly name: string;
  /** Empty if the name has the reason. */
  readonly why: string;
}

/** `known` is the documented reason, where there is one. */
export interface Difference extends Case {
  readonly known?: string;
}

/** Scores the result of a part with the documented differences. */
export function scoreOf(
  part: Part,
  ran: Ran,
  ms: number,
  known: readonly KnownDifference[],
): Score {
  if ('missing' in ran) return withoutScore(part, 'missing', ran.missing, ms);
  const entries = known.filter((entry) => entry.part === part);
  const outcomes = 'outcomes' in ran ? ran.outcomes : ran.differing.map(unnamed);
  const agreeing = new Set(
    outcomes.filter(({ state }) => state === 'agrees').map(({ name }) => name),
  );
  return {
    part,
    state: 'ran',
    passed: 'outcomes' in ran ? agreeing.size : ran.passed,
    total: 'outcomes' in ran ? outcomes.length : ran.total,
    differing: cases(outcomes, 'differs').map((found) => {
      const entry = entries.find(({ name }) =>
        name.endsWith('/') ? found.name.startsWith(name) : name === found.name,
      );
      return entry === undefined ? found : { ...found, known: entry.reason };
    }),
    notRun: cases(outcomes, 'did not run'),
    stale: entries
      .filter(({ name, sometimes }) => !sometimes && agreeing.has(name))
      .map(({ name }) => name),
    notes: [],
    ms,
  };
}

/** The result of a part that was not run, or not to its end. */
export function withoutScore(
  part: Part,
  state: 'missing' | 'broken',
  notes: readonly string[],
  ms: number,
): Score {
  return { part, state, passed: 0, total: 0, differing: [], notRun: [], stale: [], notes, ms };
}

/** Documented differences and missing test data are not failures; all other differences are. */
export function failed({ state, differing }: Score): boolean {
  return state === 'broken' || differing.some(({ known }) => known === undefined);
}

/** A case that consists of one line. */
function unnamed(line: string): Outcome {
  return { name: line, state: 'differs', why: '' };
}

function cases(outcomes: readonly Outcome[], state: 'differs' | 'did not run'): Case[] {
  return outcomes.flatMap((outcome) =>
    outcome.state === state ? [{ name: outcome.name, why: outcome.why }] : [],
  );
}
