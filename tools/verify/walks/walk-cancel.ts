import { ListMultipartUploadsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { expandGrant } from '../../../core/contract/expand-grant.ts';
import { type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import { sendToS3 } from '../api-client.ts';
import type { Findings } from '../findings.ts';
import type { WalkTools } from './walk-video.ts';

const BYTES = new Uint8Array(1_000);

/** Creates an upload, sends its part, cancels it, and looks for what S3 still has. */
export async function walkCancel(
  { api, deployment, signal }: WalkTools,
  idempotencyKey: string,
): Promise<Findings['cancelled']> {
  const { s3, items, table, sourceBucket: Bucket } = deployment;
  const { upload, grant } = await api.uploads.create(
    { fileName: 'cancelled.mp4', contentType: 'video/mp4', size: BYTES.length },
    idempotencyKey,
  );
  const [part] = expandGrant(grant, { size: upload.size, partSize: upload.parts.size });
  if (!part) throw new Error('The grant has no part.');
  await sendToS3(part.url, { method: 'PUT', body: BYTES, signal });
  await api.uploads.cancel(upload.id);
  const { Item } = await items.send(
    new GetCommand({ TableName: table, Key: uploadItemKey(upload.id), ConsistentRead: true }),
  );
  const Prefix = (Item as UploadItem | undefined)?.objectKey ?? '';
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
  const { status } = (await api.uploads.get(upload.id)).upload;
  return { status, left: Uploads.length + Versions.length };
}
