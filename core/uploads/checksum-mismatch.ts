import type { GivenReason } from '../contract/reasons.ts';

/** Who found that the file of an upload has another checksum than announced. The outcome is the same. */
const DETAILS = {
  /** The request contradicts the creation. */
  request: 'The completion has another checksum than the creation.',
  /** S3 has compared the checksum, and stored nothing. */
  s3: 'S3 refused the file.',
  /** S3 has not compared the checksum; its response has the one of the stored object. */
  comparison: 'S3 stored the file; its checksum is another one.',
} as const;

export type ChecksumFinder = keyof typeof DETAILS;

/** The reason of an upload whose file differs from the announced checksum. */
export function checksumMismatch(by: ChecksumFinder): Required<GivenReason<'checksum_mismatch'>> {
  return { code: 'checksum_mismatch', detail: DETAILS[by] };
}
