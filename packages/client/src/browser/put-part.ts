import { onAbort } from '../clock.ts';
import { ConnectionFailure, type PartRequestOptions, type PartResponse } from '../part-source.ts';

/**
 * PUTs bytes with XMLHttpRequest: `fetch` does not report how many bytes were sent.
 *
 * @throws ConnectionFailure
 */
export function putPart(
  url: string,
  body: Blob | Uint8Array<ArrayBuffer>,
  { onBytes, signal }: PartRequestOptions,
): Promise<Omit<PartResponse, 'crc'>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
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
    request.send(body);
    onAbort(signal, () => request.abort());
  });
}
