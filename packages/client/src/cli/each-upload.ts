import { isUploadId } from '../../../../core/contract/upload-id.ts';
import { UsageError } from './command.ts';
import { type ExitCode, mostSevere } from './exit-code.ts';
import type { Output } from './output.ts';
import { problemOf } from './problem-of.ts';
import { problemLine } from './problem-text.ts';

/**
 * Calls `run` with one id after the other; an error is printed and does not keep the others from their turn.
 *
 * @param api address of the API, for errors
 * @returns the most severe exit code
 * @throws UsageError before the first call, for a value that cannot be an upload's id
 */
export async function eachUpload(
  ids: readonly string[],
  json: boolean,
  api: string,
  output: Output,
  run: (id: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const invalid = ids.find((id) => !isUploadId(id));
  if (invalid !== undefined) {
    throw new UsageError(
      `${JSON.stringify(invalid)} is not the id of an upload. reelgate list shows the ids.`,
    );
  }
  const exits: ExitCode[] = [];
  for (const id of ids) {
    try {
      exits.push(await run(id));
    } catch (error) {
      const { exit, problem } = problemOf(error, api);
      exits.push(exit);
      output.error(json ? JSON.stringify({ id, error: problem }) : problemLine(id, problem));
    }
  }
  return mostSevere(exits);
}
