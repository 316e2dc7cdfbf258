import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run --silent compare-media -- [--json] PATH…

Inspects every media file at the paths (files, or folders with all that is in them) as the pipeline does, with the
default policy, and compares the result with FFmpeg's: length within 1 s or 3 %, height within 16 lines, presence of
sound. Prints the files that differ, a table, and the share of files that agree.

  --json  print one JSON line for each file instead: {file, kind, what}
  --help  show this text`;

export type Arguments =
  | { readonly paths: readonly string[]; readonly json: boolean }
  | { readonly help: true }
  /** One sentence. */
  | { readonly problem: string };

export function parseArguments(given: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return { help: true };
    if (positionals.length === 0) return { problem: 'Expected the path of a file or folder.' };
    return { paths: positionals, json: values.json ?? false };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
