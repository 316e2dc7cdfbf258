import { HeadObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { SeenObject } from '../../../core/reconciliation/reconcile.ts';
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
    const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
      .filter((version) => version.Key === key)
      .map(({ VersionId }) => ({ Key: key, ...(VersionId && { VersionId }) }));
    await deleteObjects(bucket, versions);
    deleted += versions.length;
    keyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
    versionMarker = page.IsTruncated ? page.NextVersionIdMarker : undefined;
  } while (keyMarker !== undefined);
  return deleted;
}
