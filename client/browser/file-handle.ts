import { UploadError } from '../upload-error.ts';

/** Not in TypeScript's own types yet: https://wicg.github.io/file-system-access/#api-filesystemhandle */
interface AskingHandle extends FileSystemFileHandle {
  queryPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
}

/**
 * The file of a handle that was kept. After a reload the browser asks the user again, which it does right after a
 * click only.
 *
 * @throws UploadError `file_unreadable`
 */
export async function fileOf(handle: AskingHandle): Promise<File> {
  const read = { mode: 'read' } as const;
  try {
    const state = await handle.queryPermission?.(read);
    const allowed = state === 'prompt' ? await handle.requestPermission?.(read) : state;
    if (allowed === 'denied' || allowed === 'prompt') {
      throw new UploadError('file_unreadable', { message: 'Reading the file was not allowed.' });
    }
    return await handle.getFile();
  } catch (cause) {
    if (cause instanceof UploadError) throw cause;
    throw new UploadError('file_unreadable', { cause });
  }
}
