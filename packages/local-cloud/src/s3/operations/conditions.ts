import { type S3Error, s3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import type { StoredVersion } from '../store/objects.ts';

type Headers = S3Request['headers'];

export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** An ETag without its quotes. */
export function bareEtag(text: string): string {
  return text
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');
}

function includesEtag(header: string, etag: string): boolean {
  return header.split(',').some((each) => each.trim() === '*' || bareEtag(each) === etag);
}

function preconditionFailed(condition: string): S3Error {
  return s3Error('PreconditionFailed', { Condition: condition });
}

/**
 * Checks If-Match and If-None-Match of a write against the latest version. A delete marker counts as no
 * object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function requireWriteConditions(
  headers: Headers,
  latest: StoredVersion | undefined,
  key: string,
): void {
  const object = latest?.deleteMarker ? undefined : latest;
  const match = headers['if-match'];
  if (match !== undefined) {
    if (!object) throw s3Error('NoSuchKey', { Key: key });
    if (!includesEtag(match, object.etag)) throw preconditionFailed('If-Match');
  }
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined && object && includesEtag(noneMatch, object.etag)) {
    throw preconditionFailed('If-None-Match');
  }
}

export function hasWriteConditions(headers: Headers): boolean {
  return headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;
}

/**
 * The conditions of a read, in the order of RFC 9110, 13.2.2. Throws PreconditionFailed. Returns whether the
 * client's copy is current (304).
 */
export function isUnmodified(headers: Headers, { etag, modifiedAt }: StoredVersion): boolean {
  return evaluate(
    {
      match: headers['if-match'],
      unmodifiedSince: headers['if-unmodified-since'],
      noneMatch: headers['if-none-match'],
      modifiedSince: headers['if-modified-since'],
    },
    etag,
    modifiedAt,
  );
}

/** The conditions on the source of a copy. All failures are 412. */
export function requireCopyConditions(headers: Headers, { etag, modifiedAt }: StoredVersion): void {
  const header = (name: string) => headers[`x-amz-copy-source-${name}`];
  const unmodified = evaluate(
    {
      match: header('if-match'),
      unmodifiedSince: header('if-unmodified-since'),
      noneMatch: header('if-none-match'),
      modifiedSince: header('if-modified-since'),
    },
    etag,
    modifiedAt,
  );
  if (unmodified) {
    throw preconditionFailed(
      header('if-none-match') === undefined
        ? 'x-amz-copy-source-If-Modified-Since'
        : 'x-amz-copy-source-If-None-Match',
    );
  }
}

interface ReadConditions {
  readonly match: string | undefined;
  readonly unmodifiedSince: string | undefined;
  readonly noneMatch: string | undefined;
  readonly modifiedSince: string | undefined;
}

function evaluate(conditions: ReadConditions, etag: string, modifiedAt: number): boolean {
  const { match, unmodifiedSince, noneMatch, modifiedSince } = conditions;
  if (match !== undefined) {
    if (!includesEtag(match, etag)) throw preconditionFailed('If-Match');
  } else if (unmodifiedSince !== undefined && modifiedAt > Date.parse(unmodifiedSince)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (noneMatch !== undefined) return includesEtag(noneMatch, etag);
  return modifiedSince !== undefined && modifiedAt <= Date.parse(modifiedSince);
}

/** The conditions of a delete: the object's ETag, its time in whole seconds, its size. */
export interface DeleteConditions {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  readonly size?: string | undefined;
}

export function hasDeleteConditions({ etag, lastModified, size }: DeleteConditions): boolean {
  return etag !== undefined || lastModified !== undefined || size !== undefined;
}

/** A key without a version meets every condition. */
export function requireDeleteConditions(
  { etag, lastModified, size }: DeleteConditions,
  object: StoredVersion | undefined,
): void {
  if (!object) return;
  if (etag !== undefined && !(etag.trim() === '*' || bareEtag(etag) === object.etag)) {
    throw preconditionFailed('If-Match');
  }
  if (lastModified !== undefined) {
    const instant = Date.parse(lastModified);
    if (Number.isNaN(instant)) {
      throw s3Error('InvalidArgument', {
        message: `Invalid last modified time: ${lastModified}`,
        ArgumentName: 'x-amz-if-match-last-modified-time',
        ArgumentValue: lastModified,
      });
    }
    if (Math.floor(instant / 1000) !== Math.floor(object.modifiedAt / 1000)) {
      throw preconditionFailed('x-amz-if-match-last-modified-time');
    }
  }
  if (size !== undefined && Number(size) !== object.size)
    throw preconditionFailed('x-amz-if-match-size');
}
