import type { UploadsApi } from '../api.ts';
import type { CancelCommand } from './command.ts';
import { eachUpload } from './each-upload.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Output } from './output.ts';
import { uploadRow } from './upload-text.ts';

/** Cancels uploads, or deletes those that have ended, and prints each as it is afterwards. */
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
