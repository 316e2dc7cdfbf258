import {
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { SeenObject } from '../../../core/reconciliation/reconcile.ts';
import { TransientError } from '../../../core/transient-error.ts';
import { isTombstone } from '../../../core/uploads/tombstone.ts';
import { deleteObjects } from './delete-objects.ts';
import { type Bucket, isMissing } from './s3-client.ts';

export async function headObject(bucket: Bucket, key: string): Promise<SeenObject | undefined> {
  try {
    const head = await bucket.client.send(
      new HeadObjectCommand({ Bucket: bucket.name, Key: key, ChecksumMode: 'ENABLED' }),
    );
    const { ContentLength: size = 0, ETag: etag = '', VersionId: versionId } = head;
    // CRC64NVME is always of the whole object: S3 has no other type for it.
    const { ChecksumCRC64NVME: checksum } = head;
    return { size, etag, versionId, ...(checksum !== undefined && { checksum }) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Deletes every version and delete marker of one object.
 * @returns how many there were
 */
export async function deleteEveryVersion(bucket: Bucket, key: string): Promise<number> {
  let deleted = 0;
  for await (const { tombstones, others } of versionsOf(bucket, key)) {
    await deleteObjects(bucket, [...tombstones, ...others]);
    deleted += tombstones.length + others.length;
  }
  return deleted;
}

/** A PUT may arrive between the deletion and the tombstone; each attempt deletes what has arrived. */
const MAX_ATTEMPTS = 3;

/**
 * Deletes every version and delete marker of one object, and leaves a tombstone.
 *
 * @returns how many there were besides a tombstone
 * @throws TransientError where an object arrived at every attempt
 */
export async function closeSource(bucket: Bucket, key: string): Promise<number> {
  let deleted = 0;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    let isClosed = false;
    for await (const { tombstones, others } of versionsOf(bucket, key)) {
      await deleteObjects(bucket, others);
      deleted += others.length;
      isClosed ||= tombstones.length > 0;
    }
    if (isClosed || (await putTombstone(bucket, key))) return deleted;
  }
  throw new TransientError('Objects arrive at the key of an upload that has ended.');
}

/** False where there is an object at the key, or one is being written. */
async function putTombstone(bucket: Bucket, key: string): Promise<boolean> {
  try {
    await bucket.client.send(
      new PutObjectCommand({
        Bucket: bucket.name,
        Key: key,
        Body: '',
        // The SDK warns of an empty text without it.
        ContentLength: 0,
        IfNoneMatch: '*',
      }),
    );
    return true;
  } catch (error) {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, `If-None-Match`
    const names = ['PreconditionFailed', 'ConditionalRequestConflict'];
    if (error instanceof Error && names.includes(error.name)) return false;
    throw error;
  }
}

interface FoundVersions {
  readonly tombstones: readonly ObjectIdentifier[];
  /** Delete markers too. */
  readonly others: readonly ObjectIdentifier[];
}

/** All versions of one object, a page at a time. */
async function* versionsOf(bucket: Bucket, key: string): AsyncGenerator<FoundVersions> {
  const named = ({ VersionId }: { readonly VersionId?: string | undefined }) => ({
    Key: key,
    ...(VersionId && { VersionId }),
  });
  let keyMarker: string | undefined;
  let versionMarker: string | undefined;
  do {
    const page = await bucket.client.send(
      new ListObjectVersionsCommand({
        Bucket: bucket.name,
        Prefix: key,
        ...(keyMarker && { KeyMarker: keyMarker }),
        ...(versionMarker && { VersionIdMarker: versionMarker }),
      }),
    );
    const versions = (page.Versions ?? []).filter((version) => version.Key === key);
    const markers = (page.DeleteMarkers ?? []).filter((marker) => marker.Key === key);
    const isEmpty = ({ Size = 1 }: { readonly Size?: number | undefined }) =>
      isTombstone({ size: Size });
    yield {
      tombstones: versions.filter(isEmpty).map(named),
      others: [...versions.filter((version) => !isEmpty(version)), ...markers].map(named),
    };
    keyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
    versionMarker = page.IsTruncated ? page.NextVersionIdMarker : undefined;
  } while (keyMarker !== undefined);
}
