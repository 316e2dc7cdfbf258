import { asAssumed, differs, type Row, unknown } from '../row.ts';

/** The codes for which ClassifyJobError rejects the file. */
const CODES_OF_THE_FILE = [1020, 1021, 1030, 1075, 1076, 1092, 1093];

export const unreadableInput: Row = {
  id: 'unreadable-input',
  assumption:
    'A file in no format that MediaConvert knows ends its job with 1010, which the workflow counts as our fault: the upload fails, and its source is kept.',
  observe({ unreadable: { problem, job } }) {
    if (problem !== undefined) return unknown(problem);
    if (job?.status !== 'ERROR') return differs(`The job of a text file is ${job?.status}.`);
    const seen = `Error ${job.errorCode}: ${(job.errorMessage ?? '').replaceAll(/s3:\/\/[^\s\]]+/g, 'the source').slice(0, 120)}.`;
    if (job.errorCode === 1010) return asAssumed(seen);
    const end = CODES_OF_THE_FILE.includes(job.errorCode ?? 0) ? 'rejects' : 'keeps';
    return differs(`${seen} The workflow ${end} such a file.`);
  },
  followsIfDiffers:
    'With a code of the file such an upload is rejected, which is right. With another code, add it to ClassifyJobError in statemachines/process-upload.asl.json if it can only be caused by the file.',
};
