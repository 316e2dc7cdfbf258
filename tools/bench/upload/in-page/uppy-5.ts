import type { Send } from '../order.ts';
import { type GrantedUpload, granted } from './grants.ts';
import { loadUppy, runUppy, type UppyPart } from './uppy.ts';

/** @uppy/aws-s3 5.1 configured as in docs/guides/other-clients.md: Companion's protocol with the token in a header. */
export const sendByUppy5: Send<File> = async (file, { api, token, partSize }) =>
  runUppy(await loadUppy('/uppy-5.js'), file, partSize, {
    endpoint: new URL('/v1/companion', api).href,
    headers: { authorization: `Bearer ${token}` },
  });

/** The same with the app's own functions, which take URLs from the grant without a call. */
export const sendByUppy5Signed: Send<File> = async (file, order) => {
  const uppy = await loadUppy('/uppy-5.js');
  let upload: GrantedUpload | undefined;
  const current = (): GrantedUpload => {
    if (!upload) throw new Error('Uppy requested a part before it created the upload.');
    return upload;
  };
  await runUppy(uppy, file, order.partSize, {
    async createMultipartUpload() {
      upload = await granted(order, file.size);
      return { uploadId: upload.id, key: upload.id };
    },
    signPart: (_: unknown, { partNumber }: { partNumber: number }) => ({
      url: current().urlOf(partNumber),
    }),
    listParts: () => [],
    abortMultipartUpload: () => undefined,
    async completeMultipartUpload(_: unknown, { parts }: { parts: readonly UppyPart[] }) {
      await current().complete(
        parts.map(({ PartNumber, ETag }) => ({ partNumber: PartNumber, etag: ETag })),
      );
      return {};
    },
  });
  return current().id;
};
