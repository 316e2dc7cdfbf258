import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3';
import type { StoredPart } from '../../../core/uploads/complete-request.ts';
import type { UploadItem } from '../../../core/uploads/records.ts';
import type { Bucket } from './s3-client.ts';

export async function createMultipart(
  bucket: Bucket,
  { objectKey, contentType }: Pick<UploadItem, 'objectKey' | 'contentType'>,
): Promise<string> {
  const { UploadId } = await bucket.client.send(
    new CreateMultipartUploadCommand({
      Bucket: bucket.name,
      Key: objectKey,
      // Set here, since a presigned part cannot change it.
      ContentType: contentType,
      // No ChecksumAlgorithm: S3 would refuse parts without a checksum header, and presigned parts have none. S3
      // stores CRC64NVME of the whole object in any case, which a completion can compare.
    }),
  );
  if (UploadId === undefined) throw new TypeError('CreateMultipartUpload returned no UploadId.');
  return UploadId;
}

/** All pages; undefined where S3 no longer knows the multipart upload. */
export async function listStoredParts(
  bucket: Bucket,
  key: string,
  s3UploadId: string,
): Promise<readonly StoredPart[] | undefined> {
  const parts: StoredPart[] = [];
  let marker: string | undefined;
  try {
    do {
      const page = await bucket.client.send(
        new ListPartsCommand({
          Bucket: bucket.name,
          Key: key,
          UploadId: s3UploadId,
          ...(marker && { PartNumberMarker: marker }),
        }),
      );
      for (const { PartNumber = 0, Size = 0, ETag = '' } of page.Parts ?? []) {
        parts.push({ partNumber: PartNumber, size: Size, etag: ETag });
      }
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
    return parts;
  } catch (error) {
    if (nameOf(error) === 'NoSuchUpload') return undefined;
    throw error;
  }
}

export async function abortMultipart(
  bucket: Bucket,
  key: string,
  s3UploadId: string,
): Promise<void> {
  try {
    await bucket.client.send(
      new AbortMultipartUploadCommand({ Bucket: bucket.name, Key: key, UploadId: s3UploadId }),
    );
  } catch (error) {
    if (nameOf(error) !== 'NoSuchUpload') throw error;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
