import type { ResumeRecord } from '../resume-record.ts';
import type { UploadCommand } from './command.ts';
import { endOfNonVideo } from './end-of-non-video.ts';
import { type ExitCode, mostSevere } from './exit-code.ts';
import type { FileEnd } from './file-event.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { problemOf } from './problem-of.ts';
import type { UploadContext } from './upload-context.ts';
import { uploadOneFile } from './upload-one-file.ts';

/** Uploads files and waits for their processing. Returns the exit code for all of them. */
export async function uploadFiles(
  command: UploadCommand,
  context: UploadContext,
): Promise<ExitCode> {
  const { client, connection, reporter } = context;
  const store = client.store(command.stateFolder);
  const records = await client.resumable({ api: connection.api, store });
  const { files, missing } =
    command.files.length > 0
      ? { files: await findFiles(command.files), missing: [] }
      : await filesOf(records);
  for (const { name, end } of missing) {
    reporter.file(name, end.totalBytes)({ kind: 'ended', end });
  }
  if (files.length + missing.length === 0) reporter.say('There is no unfinished upload.');
  const exits = await mapConcurrently(files, command.filesAtOnce, async (file) => {
    const report = reporter.file(file.name, file.size);
    const record = records.find(({ path }) => path === file.path);
    const end =
      (await refusedEnd(file)) ??
      (await uploadOneFile({ ...file, record }, command, context, store, report));
    report({ kind: 'ended', end });
    return end.exit;
  });
  return mostSevere([...exits, ...missing.map(({ end }) => end.exit)]);
}

/** How a file ended that cannot be sent at all. */
async function refusedEnd(file: FoundFile): Promise<FileEnd | undefined> {
  try {
    return await endOfNonVideo(file);
  } catch (error) {
    return { ...problemOf(error), id: undefined, status: 'not_sent', totalBytes: file.size };
  }
}

/** The files of records. A file that was moved or deleted does not stop the others. */
async function filesOf(records: readonly ResumeRecord[]) {
  const files = new Map<string, FoundFile>();
  const missing: { readonly name: string; readonly end: FileEnd }[] = [];
  for (const { path, uploadId: id, fileName: name, fingerprint } of records) {
    if (path === undefined || files.has(path)) continue;
    try {
      for (const file of await findFiles([path])) files.set(path, file);
    } catch (error) {
      const totalBytes = fingerprint.size;
      missing.push({ name, end: { ...problemOf(error), id, status: 'not_sent', totalBytes } });
    }
  }
  return { files: [...files.values()], missing };
}
