import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import { type AttackTarget, errorOf, firstPart, type Granted } from './attack-target.ts';

/** An API response in short: status, and code or message. */
export function responseText(response: {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}): string {
  const { code, errors, message } = (response.body ?? {}) as {
    code?: string;
    errors?: readonly { pointer: string; code: string }[];
    message?: string;
  };
  const [field] = errors ?? [];
  const why = response.headers.get('www-authenticate') ?? '';
  const description =
    /error_description="([^"]*)"/.exec(why)?.[1] ?? /error="([^"]*)"/.exec(why)?.[1];
  return [response.status, code ?? message, field && `${field.pointer} ${field.code}`, description]
    .filter((word) => word !== undefined && word !== '')
    .join(' ');
}

/** S3's response to a PUT in short. */
export function s3ResponseText({ status, code }: { status: number; code?: string | undefined }) {
  return code === undefined ? `${status}` : `${status} ${code}`;
}

/** Responses grouped by text, with their count: `3 × 403 AccessDenied, 1 × 404`. */
export function tally(responses: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const response of responses) counts.set(response, (counts.get(response) ?? 0) + 1);
  return [...counts].map(([response, count]) => `${count} × ${response}`).join(', ');
}

/** S3's id of the multipart upload of a grant. */
export function s3UploadIdOf(granted: Granted): string {
  return new URL(firstPart(granted).url).searchParams.get('uploadId') ?? '';
}

/** Number of parts that S3 stores for a grant; 0 if S3 has no such upload. */
export async function storedParts(target: AttackTarget, granted: Granted): Promise<number> {
  const listed = target.s3.send(
    new ListPartsCommand({
      Bucket: target.cloud.hosted.sourceBucket,
      Key: granted.key,
      UploadId: s3UploadIdOf(granted),
    }),
  );
  if ((await errorOf(listed)) === 'NoSuchUpload') return 0;
  return (await listed).Parts?.length ?? 0;
}

export async function itemOf(
  target: AttackTarget,
  uploadId: string,
): Promise<UploadItem | undefined> {
  const TableName = target.cloud.hosted.table;
  const { Item } = await target.table.send(
    new GetCommand({ TableName, Key: uploadItemKey(uploadId), ConsistentRead: true }),
  );
  return Item as UploadItem | undefined;
}

/** The state of an upload: `0 parts stored, upload waiting`. */
export async function stateOf(target: AttackTarget, granted: Granted): Promise<string> {
  const [stored, item] = [
    await storedParts(target, granted),
    await itemOf(target, granted.upload.id),
  ];
  return `${stored === 1 ? '1 part' : `${stored} parts`} stored, upload ${item?.status ?? 'unknown'}`;
}

/** Number of multipart uploads of an account in S3. */
export async function begunInS3(target: AttackTarget, username: string): Promise<number> {
  const Bucket = target.cloud.hosted.sourceBucket;
  const Prefix = `uploads/${await target.owner(username)}/`;
  let begun = 0;
  let marker: object = {};
  for (;;) {
    const page = await target.s3.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix, ...marker }),
    );
    begun += page.Uploads?.length ?? 0;
    if (!page.IsTruncated) return begun;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

/** An account's quota and multipart uploads: `moderator-a holds 2 unfinished, 4 bytes, 2 begun at S3`. */
export async function holdings(target: AttackTarget, username: string): Promise<string> {
  const quota = await target.quotaOf(await target.owner(username));
  const begun = await begunInS3(target, username);
  const { activeUploads = 0, totalBytes = 0 } = quota ?? {};
  if (activeUploads === 0 && totalBytes === 0 && begun === 0) return `${username} holds nothing`;
  return `${username} holds ${activeUploads} unfinished, ${totalBytes} bytes, ${begun} begun at S3`;
}

/** `no record in the table`, or their number. */
export async function records(target: AttackTarget): Promise<string> {
  const { Count = 0 } = await target.table.send(
    new ScanCommand({ TableName: target.cloud.hosted.table, Select: 'COUNT' }),
  );
  return Count === 0 ? 'no record in the table' : `${Count} records in the table`;
}
