import type { ListPartsResponse } from '../core/contract/responses.ts';
import { uploadPathSchema } from '../core/contract/upload-path.ts';
import { getOwnUpload, uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { listParts } from './adapters/s3/multipart.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { ProblemError, uploadNotFound } from './http/problem-error.ts';
import { notWaiting, requireInParts } from './http/upload-problems.ts';

const { SOURCE_BUCKET: bucket, TABLE_NAME } = environmentOf('list-parts');
const table = uploadTable(TABLE_NAME);

/**
 * `GET /v1/uploads/{id}/parts`: everything that S3 has received, so that a client can go on after a break.
 */
export const handler = apiRoute(
  { schemas: { path: uploadPathSchema } },
  async ({ owner, path }) => {
    const item = await getOwnUpload(table, owner, path.id);
    if (!item) throw uploadNotFound();
    requireInParts(item);
    if (item.status !== 'waiting') throw notWaiting(item);
    const parts = item.s3UploadId ? await listParts(bucket, item.objectKey, item.s3UploadId) : [];
    if (!parts) throw new ProblemError('upload_gone');
    const received = new Set(parts.map(({ partNumber }) => partNumber));
    const planned = Array.from({ length: item.partCount }, (_, index) => index + 1);
    const answer: ListPartsResponse = {
      parts,
      receivedBytes: parts.reduce((sum, { size }) => sum + size, 0),
      missing: planned.filter((partNumber) => !received.has(partNumber)),
    };
    return jsonResponse(200, answer);
  },
);
