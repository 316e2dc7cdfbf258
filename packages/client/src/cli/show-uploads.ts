import { isStatus, type Status, statuses } from '../../../../core/contract/lifecycle.ts';
import type { Upload } from '../../../../core/contract/wire.ts';
import type { UploadsApi } from '../api.ts';
import { type CancelCommand, type ListCommand, type StatusCommand, UsageError } from './command.ts';
import { EXIT, type ExitCode, mostSevere } from './exit-code.ts';
import { problemLine, problemOf } from './file-end.ts';
import { uploadRow, uploadText } from './upload-text.ts';

/** Where results and errors are written. */
export interface Output {
  out(text: string): void;
  error(text: string): void;
  /** Width of standard output; undefined if it is not a terminal. */
  readonly columns: number | undefined;
}

/** Statuses for which `status` returns EXIT.refused, so that scripts need not parse its output. */
const FAILED_STATUSES: readonly Status[] = ['rejected', 'failed', 'cancelled', 'expired'];

export async function showStatus(
  { ids, json, connection }: StatusCommand,
  api: UploadsApi,
  output: Output,
): Promise<ExitCode> {
  return eachUpload(ids, json, connection.api, output, async (id) => {
    const { upload } = await api.get(id);
    output.out(json ? JSON.stringify(upload) : uploadText(upload));
    return FAILED_STATUSES.includes(upload.status) ? EXIT.refused : EXIT.ok;
  });
}

export async function cancelUploads(
  { ids, json, connection }: CancelCommand,
  api: UploadsApi,
  output: Output,
): Promise<ExitCode> {
  return eachUpload(ids, json, connection.api, output, async (id) => {
    const { upload } = await api.cancel(id);
    output.out(json ? JSON.stringify(upload) : uploadRow(upload, output.columns));
    return EXIT.ok;
  });
}

/** The form of an upload's id. Anything else is an error of the user, and is not sent to the API. */
const UPLOAD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function eachUpload(
  ids: readonly string[],
  json: boolean,
  api: string,
  output: Output,
  run: (id: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const invalid = ids.find((id) => !UPLOAD_ID.test(id));
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

const MAX_PAGE = 100;

export async function listUploads(
  { status, limit, json }: ListCommand,
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
