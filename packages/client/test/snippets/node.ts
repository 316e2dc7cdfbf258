import { UploadError, upload, watch } from '../../src/node/index.ts';

export async function send(path: string, api: string, getToken: () => Promise<string>) {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  try {
    const { id } = await upload(path, { api, getToken, signal: controller.signal }).done;
    const { status, reason } = await watch(id, { api, getToken });
    return status === 'ready' ? id : `${id} is ${status}: ${reason?.sentence}`;
  } catch (error) {
    if (error instanceof UploadError && error.code === 'aborted')
      return 'The next call resumes it.';
    throw error;
  }
}
