import { UploadError, upload, watch } from '../../src/node/index.ts';

export async function send(path: string, api: string, getToken: () => Promise<string>) {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  try {
    const { id } = await upload(path, { api, getToken, signal: stopping.signal }).done;
    const { status, reason } = await watch(id, { api, getToken });
    return status === 'ready' ? id : `${id} ended ${status}: ${reason?.sentence}`;
  } catch (error) {
    if (error instanceof UploadError && error.code === 'aborted') return 'The same call goes on.';
    throw error;
  }
}
