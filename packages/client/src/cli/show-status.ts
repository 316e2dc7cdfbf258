import { isUnsuccessful } from '../../../../core/contract/lifecycle.ts';
import type { UploadsApi } from '../api.ts';
import type { StatusCommand } from './command.ts';
import { eachUpload } from './each-upload.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Output } from './output.ts';
import { uploadText } from './upload-text.ts';

/** Shows uploads. Exits with EXIT.refused for one without a video, so that scripts need not parse the output. */
export async function showStatus(
  { ids, json, connection }: StatusCommand,
  api: UploadsApi,
  output: Output,
): Promise<ExitCode> {
  return eachUpload(ids, json, connection.api, output, async (id) => {
    const { upload } = await api.get(id);
    output.out(json ? JSON.stringify(upload) : uploadText(upload));
    return isUnsuccessful(upload.status) ? EXIT.refused : EXIT.ok;
  });
}
