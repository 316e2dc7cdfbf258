import type { Send } from '../order.ts';
import { type GrantedUpload, granted } from './grants.ts';
import { loadUppy, runUppy, type UppyPart } from './uppy.ts';

const ENDPOINT = 'https://companion.invalid';

/** @uppy/aws-s3 6.3 configured as in docs/guides/other-clients.md: Companion's protocol with a capability in the path. */
export const sendByUppy6: Send<File> = async (file, { partSize, companion }) =>
  runUppy(await loadUppy('/uppy-6.js'), file, partSize, { companionEndpoint: companion });

/** The same with Companion's responses made from the grant inside the page: no part waits for a signature. */
export const sendByUppy6Signed: Send<File> = async (file, order) => {
  const uppy = await loadUppy('/uppy-6.js');
  let upload: GrantedUpload | undefined;
  const network = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = String(input);
    if (!url.startsWith(ENDPOINT)) return network(input, init);
    if (url.endsWith('/s3/multipart')) {
      upload = await granted(order, file.size);
      return Response.json({ uploadId: upload.id, key: upload.id, bucket: 'uploads' });
    }
    if (!upload) throw new Error(`Uppy requested ${url} before it created the upload.`);
    const { pathname } = new URL(url);
    if (pathname.endsWith('/complete')) {
      const { parts } = JSON.parse(String(init?.body)) as { parts: readonly UppyPart[] };
      await upload.complete(
        parts.map(({ PartNumber, ETag }) => ({ partNumber: PartNumber, etag: ETag })),
      );
      return Response.json({ location: '', key: upload.id, bucket: 'uploads' });
    }
    const partNumber = Number(pathname.split('/').at(-1));
    return Response.json({ url: upload.urlOf(partNumber), method: 'PUT', headers: {} });
  };
  try {
    await runUppy(uppy, file, order.partSize, { companionEndpoint: ENDPOINT });
  } finally {
    globalThis.fetch = network;
  }
  return upload?.id;
};
