import {
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  NoSuchUpload,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { partRange } from '../../../core/contract/part-range.ts';
import type { UploadItem } from '../../../core/uploads/records.ts';
import { abortMultipartUpload, createMultipartUpload, type ReceivedPart } from './multipart.ts';
import { isMissing, s3 } from './s3-client.ts';

/** A file that a form has brought: one version below `forms/`. */
export interface StagedFile {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** Bytes. */
  readonly size: number;
}

/** S3 copies some hundred MB a second; parts of this size are copied side by side, ten at most. */
const COPIED_AT_ONCE_BYTES = 512 * 1024 ** 2;

/**
 * Has S3 put a landed file together as the upload's source, never over one that is there. By parts, since
 * `CopyObject` takes no `If-None-Match` in every region, and a completion does:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 *
 * @returns `absent` where that version is gone, by an earlier try for example
 */
export async function copyToSource(
  file: StagedFile,
  upload: UploadItem,
): Promise<'copied' | 'absent' | 'refused'> {
  const { bucket } = file;
  const s3UploadId = await createMultipartUpload(bucket, upload);
  try {
    const parts = await copyParts(file, upload.objectKey, s3UploadId);
    return await complete(bucket, upload, s3UploadId, parts);
  } catch (error) {
    // NoSuchUpload is a 404 as well, and says nothing of the file.
    if (isMissing(error) && !(error instanceof NoSuchUpload)) return 'absent';
    throw error;
  } finally {
    // Of two files that one form has brought, one is completed and the other leaves its parts.
    await abortMultipartUpload(bucket, upload.objectKey, s3UploadId);
  }
}

function copyParts(file: StagedFile, key: string, s3UploadId: string): Promise<ReceivedPart[]> {
  const { bucket, size } = file;
  const cut = { size, partSize: COPIED_AT_ONCE_BYTES };
  const count = Math.ceil(size / cut.partSize);
  const source = `${bucket}/${file.key}?versionId=${encodeURIComponent(file.versionId)}`;
  const copy = async (partNumber: number) => {
    const range = partRange(cut, partNumber);
    const { CopyPartResult } = await s3.send(
      new UploadPartCopyCommand({
        Bucket: bucket,
        Key: key,
        UploadId: s3UploadId,
        PartNumber: partNumber,
        CopySource: source,
        // S3 takes a range of objects over 5 MB only.
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
  bucket: string,
  { objectKey, size, checksum }: UploadItem,
  s3UploadId: string,
  parts: readonly ReceivedPart[],
): Promise<'copied' | 'refused'> {
  try {
    await s3.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket,
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
    return 'copied';
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    // Nobody else knows this id: it is gone because an earlier try, with its answer lost, was the completion.
    if (name === 'NoSuchUpload') return 'copied';
    // There is a source already, or the bytes are not those that were announced.
    if (name === 'PreconditionFailed' || name === 'BadDigest') return 'refused';
    throw error;
  }
}

/** Deletes the landed version for good; calling it again does no harm. */
export async function deleteStaged({ bucket, key, versionId }: StagedFile): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
}
