import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3';
import type { UploadItem } from '../../../core/uploads/records.ts';
import { isMissing, s3 } from './s3-client.ts';

/** A part as S3 has it. */
export interface ReceivedPart {
  readonly partNumber: number;
  /** Bytes. */
  readonly size: number;
  /** In quotes, as S3 writes it. */
  readonly etag: string;
}

/** S3's own id of a new multipart upload. The content type is set here; a presigned part cannot change it. */
export async function createMultipartUpload(
  bucket: string,
  upload: Pick<UploadItem, 'objectKey' | 'contentType'>,
): Promise<string> {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      Bucket: bucket,
      Key: upload.objectKey,
      ContentType: upload.contentType,
      // No ChecksumAlgorithm: S3 would then refuse parts without a checksum header, and presigned parts have
      // none.
      // By itself it keeps CRC64NVME of the whole object, which `complete` can compare.
    }),
  );
  if (UploadId === undefined) throw new TypeError('S3 has answered no UploadId.');
  return UploadId;
}

/** Everything that has arrived, all pages; undefined where S3 no longer knows the multipart upload. */
export async function listParts(
  bucket: string,
  key: string,
  s3UploadId: string,
): Promise<ReceivedPart[] | undefined> {
  const parts: ReceivedPart[] = [];
  let marker: string | undefined;
  try {
    do {
      const page = await s3.send(
        new ListPartsCommand({
          Bucket: bucket,
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
    if (isNoSuchUpload(error)) return undefined;
    throw error;
  }
}

/** Forgets the parts. Whether S3 still knew them is the same to the caller. */
export async function abortMultipartUpload(
  bucket: string,
  key: string,
  s3UploadId: string,
): Promise<void> {
  try {
    await s3.send(
      new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: s3UploadId }),
    );
  } catch (error) {
    if (!isNoSuchUpload(error)) throw error;
  }
}

/** How S3 has answered the wish to put the parts together. */
export type Completion =
  | 'completed'
  /** The upload is gone and so is no object: expired or aborted. */
  | 'gone'
  | 'part_invalid'
  /** Another completion of the same upload is under way. */
  | 'conflict'
  | 'size_differs'
  | 'checksum_differs';

/**
 * Puts the parts together into a new object; never over one that is there. An answer that was lost on the
 * way is told from a failure by looking at the object:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function completeMultipartUpload(
  bucket: string,
  upload: Pick<UploadItem, 'objectKey' | 'size' | 's3UploadId'>,
  parts: readonly ReceivedPart[],
  checksum: string | undefined,
): Promise<Completion> {
  try {
    await s3.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: upload.objectKey,
        UploadId: upload.s3UploadId,
        IfNoneMatch: '*',
        MpuObjectSize: upload.size,
        MultipartUpload: {
          Parts: parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag })),
        },
        ...(checksum && { ChecksumCRC64NVME: checksum }),
      }),
    );
    return 'completed';
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'InvalidPart' || name === 'InvalidPartOrder' || name === 'EntityTooSmall') {
      return 'part_invalid';
    }
    if (name === 'BadDigest' || name === 'InvalidDigest') return 'checksum_differs';
    // An earlier try of the same may have done it, its answer lost; or is at it right now.
    const doneOrGone = isNoSuchUpload(error) || name === 'PreconditionFailed';
    if (doneOrGone) return (await hasObject(bucket, upload)) ? 'completed' : 'gone';
    if (name === 'ConditionalRequestConflict') return 'conflict';
    if (name === 'InvalidRequest') return 'size_differs';
    throw error;
  }
}

/** Whether the object stands there with the upload's size. */
export async function hasObject(
  bucket: string,
  upload: Pick<UploadItem, 'objectKey' | 'size'>,
): Promise<boolean> {
  try {
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: upload.objectKey }));
    return head.ContentLength === upload.size;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isNoSuchUpload(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchUpload';
}
