import * as z from 'zod/mini';
import { signPartsQuerySchema, signPartsRequestSchema } from '../core/contract/requests.ts';
import { uploadPathSchema } from '../core/contract/upload-path.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { getOwnUpload, uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { expandedPage, partsOfPage } from './http/grant-page.ts';
import { uploadNotFound } from './http/problem-error.ts';
import {
  notWaiting,
  requireInParts,
  requirePlanned,
  requireWaiting,
} from './http/upload-problems.ts';
import { beginMultipart } from './use-cases/begin-multipart.ts';
import { grantParts, grantRequest, isSingle } from './use-cases/upload-grants.ts';

const environment = environmentOf('sign-parts');
const table = uploadTable(environment.TABLE_NAME);

const schemas = {
  path: uploadPathSchema,
  query: signPartsQuerySchema,
  body: z.prefault(signPartsRequestSchema, {}),
};

/**
 * `POST /v1/uploads/{id}/grant`: signs again. Parts: all or those named, compact or a page of plain URLs; else the
 * one request in which the file comes.
 */
export const handler = apiRoute({ schemas }, async ({ owner, path, query, body }) => {
  const now = Date.now();
  const item = await getOwnUpload(table, owner, path.id);
  if (!item) throw uploadNotFound();
  requireWaiting(item, now);
  if (isSingle(item)) {
    if (body.partNumbers || query.expand) requireInParts(item);
    const grant = await grantRequest(environment, item, now);
    return jsonResponse(200, { upload: presentUpload(item), grant });
  }
  requirePlanned(item, body.partNumbers ?? []);
  const at = new Date(now).toISOString();
  const upload = await beginMultipart(table, environment.SOURCE_BUCKET, item, at);
  if (!upload) throw notWaiting(item);
  const page = partsOfPage(upload, query, body.partNumbers);
  const grant = await grantParts(environment, upload, now, page.partNumbers);
  return jsonResponse(200, {
    upload: presentUpload(upload),
    grant: query.expand ? expandedPage(upload, grant, page) : grant,
  });
});
