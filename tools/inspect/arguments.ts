import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run --silent inspect -- [--job] FILE…

Inspects files as the pipeline does, with the default policy, and prints one JSON line for each:
{file, verdict, reason?, media?, reads, bytes, ms}

  --job   add the MediaConvert job that an accepted file gets
  --help  show this text`;

export type Arguments =
  | { readonly files: readonly string[]; readonly job: boolean }
  | { readonly help: true }
  /** One sentence. */
  | { readonly problem: string };

export function parseArguments(given: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      allowPositionals: true,
      options: { job: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return { help: true };
    if (positionals.length === 0) return { problem: 'Expected the path of at least one file.' };
    return { files: positionals, job: values.job ?? false };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
