import { parseArgs } from 'node:util';
import { isTargetName, TARGETS, type TargetName } from './targets.ts';

export interface MutationArguments {
  names: TargetName[];
  /** Globs that replace the target's own list of files to mutate. */
  files: string[];
  withStatic: boolean;
  concurrency: number | undefined;
}

const USAGE = `usage: npm run test:mutation -- [${Object.keys(TARGETS).join('|')}]... [--files GLOB]... [--static] [--concurrency N]`;

/** @throws an error with the usage if an argument is unknown. */
export function mutationArguments(args: readonly string[]): MutationArguments {
  const { values, positionals } = parse(args);
  const names = positionals.length === 0 ? Object.keys(TARGETS) : positionals;
  for (const name of names)
    if (!isTargetName(name)) throw new Error(`unknown target ${name}\n${USAGE}`);
  const concurrency = values.concurrency === undefined ? undefined : Number(values.concurrency);
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency > 0))
    throw new Error(`--concurrency is ${values.concurrency}; expected a whole number above 0`);
  if (values.files !== undefined && names.length !== 1)
    throw new Error(`--files needs exactly one target, whose tests are run\n${USAGE}`);
  return {
    names: names.filter(isTargetName),
    files: values.files ?? [],
    withStatic: values.static ?? false,
    concurrency,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        files: { type: 'string', multiple: true },
        static: { type: 'boolean' },
        concurrency: { type: 'string' },
      },
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`);
  }
}
