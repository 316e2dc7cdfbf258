import { explainError } from './cloud/explain-error.ts';
import { HELP, parseArguments } from './inspect/arguments.ts';
import { inspectFile } from './inspect/inspect-file.ts';

/** `npm run --silent inspect -- FILE…`: one JSON line for each file. */
const parsed = parseArguments(process.argv.slice(2));
if ('help' in parsed) {
  console.log(HELP);
} else if ('problem' in parsed) {
  console.error(`${parsed.problem}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  for (const file of parsed.files) {
    try {
      console.log(JSON.stringify(await inspectFile(file, parsed)));
    } catch (error) {
      console.error(`${file} cannot be inspected: ${explainError(error)}`);
      process.exitCode = 1;
    }
  }
}
