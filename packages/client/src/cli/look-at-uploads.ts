import { isStatus, type Status, statuses } from '../../../../core/contract/lifecycle.ts';
import type { Upload } from '../../../../core/contract/wire.ts';
import type { UploadsApi } from '../api.ts';
import {
  type CancelCommand,
  type ListCommand,
  type StatusCommand,
  UsageError,
} from './arguments.ts';
import { problemLine, problemOf } from './end-of-upload.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { uploadRow, uploadText } from './upload-text.ts';

/** Where answers and complaints are written. */
export interface Output {
  out(text: string): void;
  complain(text: string): void;
  /** Of standard output; undefined where it is no terminal. */
  readonly columns: number | undefined;
}

/** An upload that ended other than ready makes this exit code, so that scripts need not read. */
const ENDED_BADLY: readonly Status[] = ['rejected', 'failed', 'cancelled', 'expired'];

export async function showStatus(
  { ids, json }: StatusCommand,
  api: UploadsApi,
  output: Output,
): Promise<ExitCode> {
  return eachUpload(ids, json, output, async (id) => {
    const { upload } = await api.get(id);
    output.out(json ? JSON.stringify(upload) : uploadText(upload));
    return ENDED_BADLY.includes(upload.status) ? EXIT.refused : EXIT.ok;
  });
}

export async function cancelUploads(
  { ids, json }: CancelCommand,
  api: UploadsApi,
  output: Output,
): Promise<ExitCode> {
  return eachUpload(ids, json, output, async (id) => {
    const { upload } = await api.cancel(id);
    output.out(json ? JSON.stringify(upload) : uploadRow(upload, output.columns));
    return EXIT.ok;
  });
}

/** S3's ids are not the API's: an id has a form, and what has another never leaves this machine. */
const UPLOAD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function eachUpload(
  ids: readonly string[],
  json: boolean,
  output: Output,
  act: (id: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const stranger = ids.find((id) => !UPLOAD_ID.test(id));
  if (stranger !== undefined) {
    throw new UsageError(
      `${JSON.stringify(stranger)} is no id of an upload; reelgate list shows the ids.`,
    );
  }
  const exits: ExitCode[] = [];
  for (const id of ids) {
    try {
      exits.push(await act(id));
    } catch (error) {
      const { exit, problem } = problemOf(error);
      exits.push(exit);
      output.complain(json ? JSON.stringify({ id, error: problem }) : problemLine(id, problem));
    }
  }
  return gravest(exits);
}

const MAX_PAGE = 100;

export async function listUploads(
  { status, limit, json }: ListCommand,
  api: UploadsApi,
  output: Output,
): Promise<ExitCode> {
  if (status !== undefined && !isStatus(status)) {
    throw new UsageError(
      `There is no status ${JSON.stringify(status)}; there are ${statuses.join(', ')}.`,
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
  if (shown === 0) output.complain('No uploads.');
  if (cursor) output.complain(`These are the newest ${shown}; --limit shows more.`);
  return EXIT.ok;
}

function row(upload: Upload, json: boolean, output: Output): string {
  return json ? JSON.stringify(upload) : uploadRow(upload, output.columns);
}
