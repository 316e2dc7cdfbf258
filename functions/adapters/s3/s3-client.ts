import { S3Client } from '@aws-sdk/client-s3';

/** One client a module; region, endpoint and credentials come from AWS's own variables. */
export const s3 = new S3Client({
  // Since 3.729 the SDK would otherwise add a checksum of what it sends to every request.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});

/** True where S3 says so, in any of the ways in which its operations say it. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status === 404 || ['NoSuchKey', 'NoSuchVersion', 'NotFound'].includes(error.name);
}
