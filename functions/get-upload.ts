import { uploadPathSchema } from '../core/contract/upload-path.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import type { UploadItem } from '../core/uploads/records.ts';
import { getOwnUpload, uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { listParts } from './adapters/s3/multipart.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { uploadNotFound } from './http/problem-error.ts';

const { SOURCE_BUCKET: bucket, TABLE_NAME } = environmentOf('get-upload');
const table = uploadTable(TABLE_NAME);

/** `GET /v1/uploads/{id}`: status, progress, reason, timeline, playback. */
export const handler = apiRoute(
  { schemas: { path: uploadPathSchema } },
  async ({ owner, path }) => {
    const item = await getOwnUpload(table, owner, path.id);
    if (!item) throw uploadNotFound();
    const receivedBytes = await bytesReceived(item);
    const known = receivedBytes === undefined ? {} : { receivedBytes };
    return jsonResponse(200, { upload: presentUpload(item, known) });
  },
);

/** Only S3 knows how far a waiting upload is. */
async function bytesReceived(item: UploadItem): Promise<number | undefined> {
  if (item.status !== 'waiting' || item.s3UploadId === undefined) return undefined;
  const parts = await listParts(bucket, item.objectKey, item.s3UploadId);
  return parts?.reduce((sum, { size }) => sum + size, 0);
}
