import type { StoredFileHandle } from '../resume-record.ts';
import { UploadError } from '../upload-error.ts';

/** TypeScript's own types do not have this yet: https://wicg.github.io/file-system-access/#api-filesystemhandle */
interface PermissionHandle extends StoredFileHandle {
  getFile(): Promise<File>;
  queryPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
}

/**
 * Opens the file of a stored handle. After a reload the browser asks the user for permission, which it does only right
 * after a click.
 *
 * @throws UploadError `file_unreadable`
 */
export async function openFileHandle(handle: StoredFileHandle): Promise<File> {
  const withPermission = handle as PermissionHandle;
  const read = { mode: 'read' } as const;
  try {
    // Without permission, `getFile` throws.
    if ((await withPermission.queryPermission?.(read)) === 'prompt')
      await withPermission.requestPermission?.(read);
    return await withPermission.getFile();
  } catch (cause) {
    throw new UploadError('file_unreadable', { cause });
  }
}
