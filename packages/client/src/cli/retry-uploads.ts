import type { UploadsApi } from '../api.ts';
import type { RetryCommand } from './command.ts';
import { eachUpload } from './each-upload.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Output } from './output.ts';
import { uploadRow } from './upload-text.ts';

/** Tries failed uploads again, and prints each as it is afterwards. It does not wait for the end of the attempt. */
export async function retryUploads(
  { ids, json, connection }: RetryCommand,
  api: UploadsApi,
  output: Output,
): Promise<ExitCode> {
  return eachUpload(ids, json, connection.api, output, async (id) => {
    const { upload } = await api.retry(id);
    output.out(json ? JSON.stringify(upload) : uploadRow(upload, output.columns));
    return EXIT.ok;
  });
}
