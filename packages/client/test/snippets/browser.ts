import { UploadError, upload, watch } from '../../src/browser/index.ts';

const api = 'https://abc.execute-api.eu-west-1.amazonaws.com';

export async function send(file: File, getToken: () => Promise<string>, bar: HTMLProgressElement) {
  const transfer = upload(file, {
    api,
    getToken,
    onProgress({ state, sentBytes, totalBytes, secondsLeft }) {
      bar.max = totalBytes;
      bar.value = sentBytes;
      bar.title = state === 'uploading' ? `${secondsLeft ?? '…'} s left` : state;
    },
  });
  try {
    const { id } = await transfer.done;
    return await watch(id, { api, getToken, onChange: ({ status }) => console.log(status) });
  } catch (error) {
    if (error instanceof UploadError) console.log(error.code, error.retryable, error.problem?.next);
    throw error;
  }
}
