import { uploadPathSchema } from '../core/contract/upload-path.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { getOwnUpload, uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { ProblemError, uploadNotFound } from './http/problem-error.ts';
import { cancelUpload } from './use-cases/cancel-upload.ts';

const { SOURCE_BUCKET, OUTPUT_BUCKET, TABLE_NAME } = environmentOf('cancel-upload');
const table = uploadTable(TABLE_NAME);
const buckets = { source: SOURCE_BUCKET, output: OUTPUT_BUCKET };

/** `DELETE /v1/uploads/{id}`: cancels at any stage, or deletes; the same again does nothing more. */
export const handler = apiRoute(
  { schemas: { path: uploadPathSchema } },
  async ({ owner, path }) => {
    const item = await getOwnUpload(table, owner, path.id);
    if (!item) throw uploadNotFound();
    const upload = await cancelUpload(table, buckets, item, new Date().toISOString());
    if (!upload) throw new ProblemError('conflict');
    return jsonResponse(200, { upload: presentUpload(upload) });
  },
);
