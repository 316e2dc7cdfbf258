import { DeleteObjectCommand, NoSuchUpload, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import { partRange } from '../../../core/contract/part-range.ts';
import { TransientError } from '../../../core/transient-error.ts';
import type { StoredPart } from '../../../core/uploads/complete-request.ts';
import type { UploadItem } from '../../../core/uploads/records.ts';
import type { StagedFile, StagedFiles } from '../../ports/storage.ts';
import { completeMultipart } from './complete-multipart.ts';
import { abortMultipart, createMultipart } from './multipart.ts';
import { type Bucket, isMissing } from './s3-client.ts';

/** S3 copies some hundred MB a second; parts of this size are copied concurrently, ten at most. */
const COPIED_PART_BYTES = 512 * 1024 ** 2;

/**
 * Copies a staged file to its upload's key, never over an object. By parts, since `CopyObject` does not support
 * `If-None-Match` in every region, and a completion does:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export async function copyToSource(
  bucket: Bucket,
  file: StagedFile,
  upload: UploadItem,
): ReturnType<StagedFiles['copyToSource']> {
  const s3UploadId = await createMultipart(bucket, upload);
  try {
    const parts = await copyParts(bucket, file, upload.objectKey, s3UploadId);
    return await complete(bucket, upload, s3UploadId, parts);
  } catch (error) {
    // NoSuchUpload is a 404 too, and does not mean that the file is missing.
    if (isMissing(error) && !(error instanceof NoSuchUpload)) return 'absent';
    throw error;
  } finally {
    // Of two files that one form has posted, one is completed and the other one's parts are left.
    await abortMultipart(bucket, upload.objectKey, s3UploadId);
  }
}

/** Deletes the staged version for good. */
export async function deleteStaged(bucket: Bucket, { key, versionId }: StagedFile): Promise<void> {
  await bucket.client.send(
    new DeleteObjectCommand({ Bucket: bucket.name, Key: key, VersionId: versionId }),
  );
}

function copyParts(
  bucket: Bucket,
  { key: stagedKey, versionId, size }: StagedFile,
  key: string,
  s3UploadId: string,
): Promise<StoredPart[]> {
  const cut = { size, partSize: COPIED_PART_BYTES };
  const count = Math.ceil(size / cut.partSize);
  const source = `${bucket.name}/${stagedKey}?versionId=${encodeURIComponent(versionId)}`;
  const copy = async (partNumber: number) => {
    const range = partRange(cut, partNumber);
    const { CopyPartResult } = await bucket.client.send(
      new UploadPartCopyCommand({
        Bucket: bucket.name,
        Key: key,
        UploadId: s3UploadId,
        PartNumber: partNumber,
        CopySource: source,
        // S3 accepts a range of objects over 5 MB only.
        ...(count > 1 && {
          CopySourceRange: `bytes=${range.offset}-${range.offset + range.size - 1}`,
        }),
      }),
    );
    return { partNumber, size: range.size, etag: CopyPartResult?.ETag ?? '' };
  };
  return Promise.all(Array.from({ length: count }, (_, index) => copy(index + 1)));
}

async function complete(
  bucket: Bucket,
  upload: UploadItem,
  s3UploadId: string,
  parts: readonly StoredPart[],
): Promise<'copied' | 'refused' | 'checksum_differs' | 'copied_with_other_checksum'> {
  const result = await completeMultipart(bucket, { ...upload, s3UploadId }, parts, upload.checksum);
  switch (result) {
    case 'completed':
    // Nobody else knows this id: an earlier attempt, whose response was lost, has completed it.
    case 'gone':
      return 'copied';
    case 'stored_with_other_checksum':
      return 'copied_with_other_checksum';
    case 'object_exists':
    case 'size_differs':
      return 'refused';
    case 'checksum_differs':
      return 'checksum_differs';
    case 'conflict':
      throw new TransientError(`Another write of ${upload.objectKey} is in progress.`);
    case 'part_invalid':
      throw new Error(`S3 does not accept the parts that it has copied to ${upload.objectKey}.`);
  }
}
