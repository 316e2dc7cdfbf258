import { isStatus, statuses } from '../../../../core/contract/lifecycle.ts';
import type { Upload } from '../../../../core/contract/wire.ts';
import type { UploadsApi } from '../api.ts';
import { type ListCommand, UsageError } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Output } from './output.ts';
import { uploadRow } from './upload-text.ts';

/** The API's limit. */
const MAX_PAGE = 100;

/** Prints the owner's newest uploads, up to the limit of the command. */
export async function listUploads(
  { status, all, limit, json }: ListCommand,
  api: UploadsApi,
  output: Output,
): Promise<ExitCode> {
  if (status !== undefined && !isStatus(status)) {
    throw new UsageError(
      `There is no status ${JSON.stringify(status)}. The statuses are ${statuses.join(', ')}.`,
    );
  }
  let shown = 0;
  let cursor: string | undefined;
  do {
    const page = await api.list({
      limit: Math.min(MAX_PAGE, limit - shown),
      ...(status && { status }),
      ...(all && { includeEnded: true }),
      ...(cursor && { cursor }),
    });
    for (const upload of page.uploads) output.out(row(upload, json, output));
    shown += page.uploads.length;
    cursor = page.nextCursor;
  } while (cursor && shown < limit);
  if (json) return EXIT.ok;
  if (shown === 0) output.error('There are no uploads.');
  if (cursor) output.error(`These are the newest ${shown} uploads. Use --limit to see more.`);
  return EXIT.ok;
}

function row(upload: Upload, json: boolean, output: Output): string {
  return json ? JSON.stringify(upload) : uploadRow(upload, output.columns);
}
