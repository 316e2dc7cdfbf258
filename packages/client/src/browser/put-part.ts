import { ConnectionFailure, type PartResponse, type SendingOptions } from '../part-source.ts';

/**
 * PUTs bytes by XMLHttpRequest: `fetch` does not tell how many of them have left.
 *
 * @throws ConnectionFailure
 */
export function putPart(
  url: string,
  body: Blob | Uint8Array<ArrayBuffer>,
  { onBytes, signal }: SendingOptions,
): Promise<Omit<PartResponse, 'crc'>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const fail = () => reject(new ConnectionFailure('The connection failed.'));
    request.upload.onprogress = ({ loaded }) => onBytes(loaded);
    request.onload = () =>
      resolve({
        status: request.status,
        etag: request.getResponseHeader('etag') ?? undefined,
        body: request.responseText,
      });
    request.onerror = fail;
    request.onabort = fail;
    request.open('PUT', url);
    if (signal.aborted) {
      fail();
      return;
    }
    signal.addEventListener('abort', stop);
    request.send(body);
  });
}
