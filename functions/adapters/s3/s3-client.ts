import { S3Client } from '@aws-sdk/client-s3';
import { classifyErrors } from '../transient-errors.ts';

/** Region, endpoint and credentials come from AWS's own variables. */
export function s3Client(): S3Client {
  return classifyErrors(
    new S3Client({
      // Since 3.729 the SDK would otherwise add a checksum of the body to every request.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  );
}

/** A bucket, and the client that reaches it. */
export interface Bucket {
  readonly client: Pick<S3Client, 'send'>;
  readonly name: string;
}

/** True for each of the ways in which S3's operations report a missing object. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status === 404 || ['NoSuchKey', 'NoSuchVersion', 'NotFound'].includes(error.name);
}
