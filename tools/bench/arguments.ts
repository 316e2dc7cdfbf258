import { parseArgs } from 'node:util';

export const USAGE =
  'Usage: npm run bench -- [NAME…] [--small] [--runs N], or npm run bench -- --page';

export interface BenchArguments {
  /** In the order of `known`. */
  readonly names: readonly string[];
  readonly small: boolean;
  readonly runs: number;
  /** Measure nothing, write the page anew from the results that are there. */
  readonly page: boolean;
}

const USUAL_RUNS = 5;
const MAX_RUNS = 99;

/** The command line, or one sentence about what is wrong with it. */
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
    return { mistake: `No bench is called ${unknown.join(', ')}; there are ${known.join(', ')}.` };
  }
  const small = values.small ?? false;
  const runs = values.runs === undefined ? (small ? 1 : USUAL_RUNS) : Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > MAX_RUNS) {
    return { mistake: `--runs must be 1 to ${MAX_RUNS}, got "${values.runs}".` };
  }
  const names = known.filter((name) => positionals.length === 0 || positionals.includes(name));
  return { names, small, runs, page: values.page ?? false };
}
