import {
  signPartsQuerySchema,
  signPartsRequestSchema,
  uploadPathSchema,
} from '../core/contract/requests.ts';
import { presentUpload } from '../core/present-upload.ts';
import { beginMultipart } from './aws/begin-multipart.ts';
import { grantParts } from './aws/part-grants.ts';
import { getOwnUpload, uploadTable } from './aws/table.ts';
import { environmentOf } from './environment.ts';
import { jsonAnswer } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { expandedPage, partsOfPage } from './http/grant-page.ts';
import { uploadNotFound } from './http/problem-error.ts';
import { notWaiting, requirePlanned, requireWaiting } from './http/upload-problems.ts';

const environment = environmentOf('sign-parts');
const { SOURCE_BUCKET: bucket, UPLOAD_POLICY: policy } = environment;
const table = uploadTable(environment.TABLE_NAME);

const schemas = {
  path: uploadPathSchema,
  query: signPartsQuerySchema,
  body: signPartsRequestSchema.prefault({}),
};

/** `POST /v1/uploads/{id}/grant`: signs parts again, all or those named, compact or a page of plain URLs. */
export const handler = apiRoute({ schemas }, async ({ owner, path, query, body }) => {
  const now = Date.now();
  const item = await getOwnUpload(table, owner, path.id);
  if (!item) throw uploadNotFound();
  requireWaiting(item, now);
  requirePlanned(item, body.partNumbers ?? []);
  const upload = await beginMultipart(table, bucket, item, new Date(now).toISOString());
  if (!upload) throw notWaiting(item);
  const page = partsOfPage(upload, query, body.partNumbers);
  const grant = await grantParts({
    bucket,
    signerRoleArn: environment.SIGNER_ROLE_ARN,
    upload,
    lifetimeSeconds: policy.grantLifetimeSeconds,
    now,
    partNumbers: page.partNumbers,
  });
  return jsonAnswer(200, {
    upload: presentUpload(upload),
    grant: query.expand ? expandedPage(upload, grant, page) : grant,
  });
});
