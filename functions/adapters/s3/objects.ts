import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
} from '@aws-sdk/client-s3';
import { isMissing, s3 } from './s3-client.ts';

/** One version of one object. */
export interface PinnedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly etag: string;
}

/** The object is not the one any more that was named: replaced, or its version deleted. */
class ObjectChanged extends Error {
  override readonly name = 'ObjectChanged';
}

/**
 * The bytes [start, end) of the pinned version.
 * @throws ObjectChanged where that version is gone or has another ETag
 */
export async function getRange(
  object: PinnedObject,
  start: number,
  end: number,
): Promise<Uint8Array> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({
        Bucket: object.bucket,
        Key: object.key,
        Range: `bytes=${start}-${end - 1}`,
        IfMatch: object.etag,
        ...(object.versionId && { VersionId: object.versionId }),
      }),
    );
    return Body ? await Body.transformToByteArray() : new Uint8Array();
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && error.name === 'PreconditionFailed')) {
      throw new ObjectChanged('The object is no longer the one that was announced.');
    }
    throw error;
  }
}

/** What S3 tells of an object without its bytes. */
interface ObjectHead {
  readonly size: number;
  readonly etag: string;
  /** Undefined in a bucket without versions. */
  readonly versionId: string | undefined;
}

/** The object as it is now, or undefined where there is none. */
export async function headObject(bucket: string, key: string): Promise<ObjectHead | undefined> {
  try {
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return {
      size: head.ContentLength ?? 0,
      etag: head.ETag ?? '',
      versionId: head.VersionId,
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * A small text object.
 * @throws RangeError where it has more than `limit` bytes
 */
export async function getText(
  bucket: string,
  key: string,
  limit: number,
): Promise<string | undefined> {
  try {
    const { Body, ContentLength = 0 } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key }),
    );
    if (ContentLength > limit) {
      throw new RangeError(`${key} has ${ContentLength} bytes; at most ${limit} are read.`);
    }
    return Body ? await Body.transformToString('utf-8') : '';
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Keys and sizes of everything below a prefix, all pages, in the order of keys. */
export async function listObjects(
  bucket: string,
  prefix: string,
): Promise<{ readonly key: string; readonly size: number }[]> {
  const found: { key: string; size: number }[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token && { ContinuationToken: token }),
      }),
    );
    for (const { Key = '', Size = 0 } of page.Contents ?? []) found.push({ key: Key, size: Size });
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return found;
}

/**
 * Deletes everything below a prefix; calling it again does no harm.
 * @returns how many objects there were
 */
export async function deleteBelow(bucket: string, prefix: string): Promise<number> {
  const objects = await listObjects(bucket, prefix);
  await deleteAll(
    bucket,
    objects.map(({ key }) => ({ Key: key })),
  );
  return objects.length;
}

/**
 * Deletes every version and delete marker of one object.
 * @returns how many there were
 */
export async function deleteEveryVersion(bucket: string, key: string): Promise<number> {
  let deleted = 0;
  let keyMarker: string | undefined;
  let versionMarker: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: key,
        ...(keyMarker && { KeyMarker: keyMarker }),
        ...(versionMarker && { VersionIdMarker: versionMarker }),
      }),
    );
    const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
      .filter((version) => version.Key === key)
      .map(({ VersionId }) => ({ Key: key, ...(VersionId && { VersionId }) }));
    await deleteAll(bucket, versions);
    deleted += versions.length;
    keyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
    versionMarker = page.IsTruncated ? page.NextVersionIdMarker : undefined;
  } while (keyMarker !== undefined);
  return deleted;
}

/** S3 takes at most 1,000 keys in one DeleteObjects. */
const MAX_DELETED_AT_ONCE = 1_000;

async function deleteAll(bucket: string, objects: readonly ObjectIdentifier[]): Promise<void> {
  for (let at = 0; at < objects.length; at += MAX_DELETED_AT_ONCE) {
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: objects.slice(at, at + MAX_DELETED_AT_ONCE), Quiet: true },
      }),
    );
    const [first] = Errors;
    if (first) {
      throw new DeletionFailed(`S3 did not delete ${Errors.length} objects (${first.Code}).`);
    }
  }
}

/** DeleteObjects answers 200 with what it could not delete. */
class DeletionFailed extends Error {
  override readonly name = 'DeletionFailed';
  /** Trying again is right: the rest is gone already. */
  readonly $retryable = {};
}
