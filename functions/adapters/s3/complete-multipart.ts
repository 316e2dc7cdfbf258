import { CompleteMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { StoredPart } from '../../../core/uploads/complete-request.ts';
import type { UploadItem } from '../../../core/uploads/records.ts';
import type { MultipartCompletion } from '../../ports/storage.ts';
import type { Bucket } from './s3-client.ts';

/**
 * Combines the parts to an object of exactly the upload's size, never over an object.
 *
 * @param checksum CRC64NVME of the whole file, base64; undefined if the client announced none
 * @throws every other error of S3 as it is
 */
export async function completeMultipart(
  bucket: Bucket,
  {
    objectKey,
    size,
    s3UploadId,
  }: Pick<UploadItem, 'objectKey' | 'size'> & { readonly s3UploadId: string },
  parts: readonly StoredPart[],
  checksum: string | undefined,
): Promise<MultipartCompletion> {
  try {
    const { ChecksumCRC64NVME: stored } = await bucket.client.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket.name,
        Key: objectKey,
        UploadId: s3UploadId,
        IfNoneMatch: '*',
        MpuObjectSize: size,
        MultipartUpload: {
          Parts: parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag })),
        },
        ...(checksum && { ChecksumCRC64NVME: checksum }),
      }),
    );
    // Whether S3 compares the value is documented only where the multipart upload was created with an algorithm. This
    // one was not: parts by presigned URLs carry no checksum.
    const isOther = checksum !== undefined && stored !== undefined && stored !== checksum;
    return isOther ? 'stored_with_other_checksum' : 'completed';
  } catch (error) {
    const result = completionOf(error);
    if (result) return result;
    throw error;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html, "Errors" and `If-None-Match` */
const COMPLETION_ERRORS: Readonly<Record<string, MultipartCompletion>> = {
  NoSuchUpload: 'gone',
  PreconditionFailed: 'object_exists',
  InvalidPart: 'part_invalid',
  InvalidPartOrder: 'part_invalid',
  EntityTooSmall: 'part_invalid',
  BadDigest: 'checksum_differs',
  InvalidDigest: 'checksum_differs',
  ConditionalRequestConflict: 'conflict',
};

/**
 * S3 has `InvalidRequest` for an object of another size and for mistakes in the request, such as a wrong checksum
 * type. Only the message distinguishes them: for the size it names the header.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html, `x-amz-mp-object-size`
 */
const SIZE_DIFFERS = /x-amz-mp-object-size.* does not match/;

function completionOf(error: unknown): MultipartCompletion | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'InvalidRequest' && SIZE_DIFFERS.test(error.message)) return 'size_differs';
  return Object.hasOwn(COMPLETION_ERRORS, error.name) ? COMPLETION_ERRORS[error.name] : undefined;
}
