import { checksumMismatch } from '../../../core/uploads/checksum-mismatch.ts';
import { asAssumed, differs, type Row, unknown } from '../row.ts';

export const wholeFileChecksum: Row = {
  id: 'whole-file-checksum',
  assumption:
    'S3 compares the checksum of a completion with the object, although no algorithm was named when the upload was created.',
  observe({ checksum: { problem, code, detail, status } }) {
    if (problem !== undefined) return unknown(problem);
    if (code === undefined)
      return differs(`A wrong checksum was accepted; the upload is ${status}.`);
    if (code !== 'checksum_mismatch') return differs(`The completion was refused with ${code}.`);
    if (detail === checksumMismatch('s3').detail)
      return asAssumed(`S3 refused the completion, and the upload is ${status}.`);
    return differs(
      `S3 stored the object; the API compared the checksum itself, and the upload is ${status}.`,
    );
  },
  followsIfDiffers:
    'If the upload is failed with checksum_mismatch, nothing is broken: the outcome is the same for users. If the completion was accepted, damaged files are processed: compare ChecksumCRC64NVME in functions/use-cases/complete-upload.ts.',
};
