import type { CompanionComplete, CompanionCreate } from '../../core/contract/companion.ts';
import { expandGrant } from '../../core/contract/expand-grant.ts';
import type { ReadEnvironment } from '../../core/environment.ts';
import { companionUpload } from '../../core/uploads/companion-upload.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { getOwnUpload, type Table } from '../adapters/dynamodb/table.ts';
import { listParts } from '../adapters/s3/multipart.ts';
import { type ApiResult, jsonResponse, type Owner } from '../http/api-request.ts';
import { ProblemError, uploadNotFound } from '../http/problem-error.ts';
import { recordUpload } from '../http/record-upload.ts';
import {
  completedOf,
  notWaiting,
  refusedFields,
  requireInParts,
  requirePlanned,
  requireWaiting,
} from '../http/upload-problems.ts';
import { abandonUpload } from './abandon-upload.ts';
import { beginMultipart } from './begin-multipart.ts';
import { completeUpload } from './complete-upload.ts';
import { grantForm, grantParts } from './upload-grants.ts';

export interface CompanionContext {
  readonly table: Table;
  readonly environment: ReadEnvironment<'companion'>;
}

/** Which upload is meant: the protocol names it by id and key, and both have to fit. */
export interface NamedUpload {
  readonly owner: string;
  readonly id: string;
  readonly key: string;
}

/** Records an upload as Uppy asks for it, and begins it in S3. */
export async function createMultipart(
  { table, environment }: CompanionContext,
  caller: Owner,
  asked: CompanionCreate,
): Promise<ApiResult> {
  const now = Date.now();
  const item = await record({ table, environment }, caller, asked, 'multipart', now);
  const at = new Date(now).toISOString();
  const upload = await orGivenUp({ table, environment }, item, at, () =>
    beginMultipart(table, environment.SOURCE_BUCKET, item, at),
  );
  if (!upload) throw notWaiting(item);
  return jsonResponse(200, named(environment, upload));
}

/** Records an upload whose file comes in one form, and signs that form. */
export async function createForm(
  { table, environment }: CompanionContext,
  caller: Owner,
  asked: CompanionCreate,
): Promise<ApiResult> {
  const now = Date.now();
  const item = await record({ table, environment }, caller, asked, 'post', now);
  const at = new Date(now).toISOString();
  const { method, url, fields, expiresAt } = await orGivenUp({ table, environment }, item, at, () =>
    grantForm(environment, item, now),
  );
  return jsonResponse(200, { method, url, fields, expires: secondsUntil(expiresAt, now) });
}

export async function listReceived(
  { table, environment }: CompanionContext,
  which: NamedUpload,
): Promise<ApiResult> {
  const item = await namedUpload(table, which);
  if (item.status !== 'waiting') throw notWaiting(item);
  const { s3UploadId, objectKey } = item;
  const parts = s3UploadId ? await listParts(environment.SOURCE_BUCKET, objectKey, s3UploadId) : [];
  if (!parts) throw new ProblemError('upload_gone');
  return jsonResponse(
    200,
    parts.map(({ partNumber, size, etag }) => ({ PartNumber: partNumber, Size: size, ETag: etag })),
  );
}

export async function signPart(
  context: CompanionContext,
  which: NamedUpload,
  partNumber: number,
): Promise<ApiResult> {
  const now = Date.now();
  const { urls, expiresAt } = await signed(context, which, [partNumber], now);
  const expires = secondsUntil(expiresAt, now);
  return jsonResponse(200, { method: 'PUT', url: urls[partNumber], expires });
}

export async function signBatch(
  context: CompanionContext,
  which: NamedUpload,
  partNumbers: readonly number[],
): Promise<ApiResult> {
  const { urls } = await signed(context, which, partNumbers, Date.now());
  return jsonResponse(200, { presignedUrls: urls });
}

export async function completeMultipart(
  { table, environment }: CompanionContext,
  which: NamedUpload,
  { parts }: CompanionComplete,
): Promise<ApiResult> {
  const item = await namedUpload(table, which);
  const upload = completedOf(
    await completeUpload({
      table,
      bucket: environment.SOURCE_BUCKET,
      item,
      request: {
        parts: parts.map(({ PartNumber, ETag }) => ({ partNumber: PartNumber, etag: ETag })),
      },
      at: new Date().toISOString(),
    }),
  );
  const { key, bucket } = named(environment, upload);
  return jsonResponse(200, { location: `/v1/uploads/${upload.uploadId}`, key, bucket });
}

/** Uppy gives up an upload also after an answer to its completion was lost: what is complete stays. */
export async function abortMultipart(
  { table, environment }: CompanionContext,
  which: NamedUpload,
): Promise<ApiResult> {
  const item = await namedUpload(table, which);
  const at = new Date().toISOString();
  const upload = await abandonUpload(table, environment.SOURCE_BUCKET, item, at);
  if (upload.status !== 'cancelled' && upload.status !== 'expired') throw notWaiting(upload);
  return jsonResponse(200, {});
}

async function record(
  { table, environment }: CompanionContext,
  { owner, subject }: Owner,
  asked: CompanionCreate,
  method: 'multipart' | 'post',
  now: number,
): Promise<UploadItem> {
  const wanted = companionUpload(asked, method);
  if ('problems' in wanted) {
    refusedFields(wanted.problems);
    throw new ProblemError('invalid_request');
  }
  return recordUpload(table, environment.UPLOAD_POLICY, { owner, subject, now, ...wanted });
}

/**
 * Uppy has no key by which it could ask for the same upload again: one of which it never hears is given up, or it
 * would keep its bytes until its deadline.
 */
async function orGivenUp<Begun>(
  { table, environment }: CompanionContext,
  item: UploadItem,
  at: string,
  begin: () => Promise<Begun>,
): Promise<Begun> {
  try {
    return await begin();
  } catch (error) {
    // Where that fails too, the reconciler ends the upload with its deadline.
    await abandonUpload(table, environment.SOURCE_BUCKET, item, at).catch(() => undefined);
    throw error;
  }
}

async function signed(
  { table, environment }: CompanionContext,
  which: NamedUpload,
  partNumbers: readonly number[],
  now: number,
) {
  const item = await namedUpload(table, which);
  requireWaiting(item, now);
  requirePlanned(item, partNumbers);
  const at = new Date(now).toISOString();
  const upload = await beginMultipart(table, environment.SOURCE_BUCKET, item, at);
  if (!upload) throw notWaiting(item);
  const grant = await grantParts(environment, upload, now, partNumbers);
  const urls: Record<number, string> = {};
  for (const { partNumber, url } of expandGrant(grant, upload)) urls[partNumber] = url;
  return { urls, expiresAt: grant.expiresAt };
}

async function namedUpload(table: Table, { owner, id, key }: NamedUpload): Promise<UploadItem> {
  const item = await getOwnUpload(table, owner, id);
  if (item?.objectKey !== key) throw uploadNotFound();
  requireInParts(item);
  return item;
}

function named({ SOURCE_BUCKET }: ReadEnvironment<'companion'>, item: UploadItem) {
  return { key: item.objectKey, uploadId: item.uploadId, bucket: SOURCE_BUCKET };
}

function secondsUntil(instant: string, now: number): number {
  return Math.max(0, Math.floor((Date.parse(instant) - now) / 1000));
}
