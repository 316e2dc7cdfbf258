import type { KeptHandle } from '../resume-record.ts';
import { UploadError } from '../upload-error.ts';

/** Not in TypeScript's own types yet: https://wicg.github.io/file-system-access/#api-filesystemhandle */
interface AskingHandle extends KeptHandle {
  getFile(): Promise<File>;
  queryPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
}

/**
 * The file of a handle that was kept. After a reload the browser asks the user again, which it does right after a
 * click only.
 *
 * @throws UploadError `file_unreadable`
 */
export async function fileOf(handle: KeptHandle): Promise<File> {
  const asking = handle as AskingHandle;
  const read = { mode: 'read' } as const;
  try {
    // Where it is not allowed, `getFile` says so.
    if ((await asking.queryPermission?.(read)) === 'prompt') await asking.requestPermission?.(read);
    return await asking.getFile();
  } catch (cause) {
    throw new UploadError('file_unreadable', { cause });
  }
}
