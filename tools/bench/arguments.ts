import { parseArgs } from 'node:util';

export const USAGE =
  'Usage: npm run bench -- [NAME…] [--small] [--runs N], or npm run bench -- --page';

export interface BenchArguments {
  /** In the order of `known`. */
  readonly names: readonly string[];
  readonly small: boolean;
  readonly runs: number;
  /** Measures nothing and writes the page again from the existing results. */
  readonly page: boolean;
}

const USUAL_RUNS = 5;
const MAX_RUNS = 99;

/** Reads the command line; returns one sentence about a mistake in it. */
export function parseArguments(
  args: readonly string[],
  known: readonly string[],
): BenchArguments | { readonly mistake: string } {
  let values: { small?: boolean; runs?: string; page?: boolean };
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        small: { type: 'boolean' },
        runs: { type: 'string' },
        page: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return { mistake: (error as Error).message };
  }
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    return {
      mistake: `There is no bench ${unknown.join(', ')}; the benches are ${known.join(', ')}.`,
    };
  }
  const small = values.small ?? false;
  const runs = values.runs === undefined ? (small ? 1 : USUAL_RUNS) : Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > MAX_RUNS) {
    return {
      mistake: `--runs is "${values.runs}"; expected a whole number from 1 to ${MAX_RUNS}.`,
    };
  }
  const names = known.filter((name) => positionals.length === 0 || positionals.includes(name));
  return { names, small, runs, page: values.page ?? false };
}
