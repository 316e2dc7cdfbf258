import type { Upload } from '../core/contract/wire.ts';
import { upload as start } from './node/index.ts';
import type { UploadOptions } from './upload-options.ts';

/** Uploads and waits for the end of it. */
export async function upload(file: Blob, options: UploadOptions): Promise<Upload> {
  return start(file, options).done;
}
