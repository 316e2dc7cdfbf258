import { expandGrant } from '../../core/contract/expand-grant.ts';
import type { CompactGrant } from '../../core/contract/grant.ts';
import type { Problem } from '../../core/contract/problem.ts';
import type { FormGrant } from '../../core/contract/wire.ts';
import type { PartPlan } from '../../core/grants/part-plan.ts';
import type { StoredPart } from '../../core/uploads/complete-request.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { type ApiResult, jsonResponse } from './api-request.ts';

/** A grant of parts, with the plan that says which bytes each of them has. */
interface SignedParts {
  readonly upload: PartPlan;
  readonly grant: CompactGrant;
}

/** Uppy 5 shows the `message` of an error; Uppy 6 shows the status line only. */
export function companionProblemMembers({ title, detail, errors, next }: Problem) {
  const [first] = errors ?? [];
  const found = detail ?? (first && `${first.pointer} ${first.detail}`);
  return { message: [title, found, next].filter((text) => text !== undefined).join(' ') };
}

export function createdResponse({ objectKey, uploadId }: UploadItem, bucket: string): ApiResult {
  return jsonResponse(200, { key: objectKey, uploadId, bucket });
}

/** @param now milliseconds since the epoch */
export function formResponse(
  { method, url, fields, expiresAt }: FormGrant,
  now: number,
): ApiResult {
  return jsonResponse(200, { method, url, fields, expires: secondsUntil(expiresAt, now) });
}

export function partsResponse(parts: readonly StoredPart[]): ApiResult {
  return jsonResponse(
    200,
    parts.map(({ partNumber, size, etag }) => ({ PartNumber: partNumber, Size: size, ETag: etag })),
  );
}

/** @param now milliseconds since the epoch */
export function partUrlResponse(signed: SignedParts, partNumber: number, now: number): ApiResult {
  const url = urlsOf(signed)[partNumber];
  const expires = secondsUntil(signed.grant.expiresAt, now);
  return jsonResponse(200, { method: 'PUT', url, expires });
}

export function batchResponse(signed: SignedParts): ApiResult {
  return jsonResponse(200, { presignedUrls: urlsOf(signed) });
}

export function completedResponse({ objectKey, uploadId }: UploadItem, bucket: string): ApiResult {
  return jsonResponse(200, { location: `/v1/uploads/${uploadId}`, key: objectKey, bucket });
}

export function abortedResponse(): ApiResult {
  return jsonResponse(200, {});
}

function urlsOf({ upload, grant }: SignedParts): Record<number, string> {
  return Object.fromEntries(
    expandGrant(grant, upload).map(({ partNumber, url }) => [partNumber, url]),
  );
}

function secondsUntil(instant: string, now: number): number {
  return Math.max(0, Math.floor((Date.parse(instant) - now) / 1000));
}
