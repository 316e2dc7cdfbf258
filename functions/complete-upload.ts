import { completeUploadRequestSchema } from '../core/contract/requests.ts';
import { uploadPathSchema } from '../core/contract/upload-path.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { getOwnUpload, uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { uploadNotFound } from './http/problem-error.ts';
import { completedOf, requireInParts } from './http/upload-problems.ts';
import { completeUpload } from './use-cases/complete-upload.ts';

const { SOURCE_BUCKET: bucket, TABLE_NAME } = environmentOf('complete-upload');
const table = uploadTable(TABLE_NAME);

/** 10,000 parts with their ETags have about 700 KB. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

const schemas = { path: uploadPathSchema, body: completeUploadRequestSchema };

/** `POST /v1/uploads/{id}/complete`: puts the parts together if they are exactly what was granted. */
export const handler = apiRoute(
  { schemas, bodyLimitBytes: BODY_LIMIT_BYTES },
  async ({ owner, path, body }) => {
    const item = await getOwnUpload(table, owner, path.id);
    if (!item) throw uploadNotFound();
    requireInParts(item);
    const at = new Date().toISOString();
    const upload = completedOf(await completeUpload({ table, bucket, item, request: body, at }));
    return jsonResponse(202, { upload: presentUpload(upload) });
  },
);
