import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

export interface Emptied {
  /** Versions of objects and delete markers. */
  readonly versions: number;
  /** Multipart uploads that were not completed. */
  readonly uploads: number;
}

/**
 * Deletes every version, delete marker and unfinished multipart upload of a bucket. CloudFormation deletes only
 * empty buckets.
 *
 * @throws Error naming the first object that S3 did not delete
 */
export async function emptyBucket(s3: S3Client, bucket: string): Promise<Emptied> {
  return { versions: await deleteVersions(s3, bucket), uploads: await abortUploads(s3, bucket) };
}

/** Lists from the beginning each time: the objects of the page before are deleted. */
async function deleteVersions(s3: S3Client, bucket: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }) => ({ Key, VersionId }),
    );
    if (objects.length === 0) return deleted;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    );
    const [first] = Errors;
    if (first) throw new Error(`S3 did not delete ${first.Key}: ${first.Code}, ${first.Message}`);
    deleted += objects.length;
  }
}

async function abortUploads(s3: S3Client, bucket: string): Promise<number> {
  let aborted = 0;
  for (;;) {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    if (Uploads.length === 0) return aborted;
    for (const { Key, UploadId } of Uploads) {
      await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
    }
    aborted += Uploads.length;
  }
}
