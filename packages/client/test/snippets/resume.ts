import { type ResumeRecord, resumable, resumeUpload } from '../../src/browser/index.ts';

const api = 'https://abc.execute-api.eu-west-1.amazonaws.com';

/** A list such as "film.mp4, 3 of 12 parts". */
export async function unfinished(): Promise<string[]> {
  return (await resumable({ api })).map(
    ({ fileName, parts, fingerprint, partSize = fingerprint.size }) =>
      `${fileName}, ${parts.length} of ${Math.ceil(fingerprint.size / partSize)} parts`,
  );
}

/** Call this from a click. Without a stored handle the user has to choose the file again. */
export function resume(record: ResumeRecord, getToken: () => Promise<string>, chosen?: File) {
  return resumeUpload(record, { getToken, ...(chosen && { file: chosen }) });
}
