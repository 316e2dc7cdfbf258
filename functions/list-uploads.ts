import { listUploadsQuerySchema } from '../core/contract/requests.ts';
import type { ListUploadsResponse } from '../core/contract/responses.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { isUploadId } from '../core/uploads/upload-id.ts';
import { listUploads, uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { readCursor, writeCursor } from './http/cursor.ts';

const table = uploadTable(environmentOf('list-uploads').TABLE_NAME);

/** `GET /v1/uploads`: the caller's own, newest first. */
export const handler = apiRoute(
  { schemas: { query: listUploadsQuerySchema } },
  async ({ owner, query }) => {
    const list = `uploads/${owner}/${query.status ?? ''}`;
    const after = query.cursor && readCursor(list, query.cursor, isUploadId);
    const page = await listUploads(table, owner, {
      limit: query.limit,
      after,
      status: query.status,
    });
    const answer: ListUploadsResponse = {
      uploads: page.items.map((item) => presentUpload(item)),
      ...(page.last && { nextCursor: writeCursor(list, page.last) }),
    };
    return jsonResponse(200, answer);
  },
);
