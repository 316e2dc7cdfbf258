import { parseFormKey } from '../../core/uploads/object-keys.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { StagedFile, StagedFiles } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { failChecksum } from './fail-checksum.ts';

export interface AcceptFormPorts {
  readonly uploads: Pick<UploadStore, 'get' | 'changeStatus'>;
  readonly stagedFiles: StagedFiles;
}

/** The staged file itself is deleted in each case. */
export type AcceptFormOutcome = 'accepted' | 'refused' | 'not_awaited';

/**
 * Makes a file that a form has posted the source of its upload: the first file that a waiting upload gets, and no
 * other. The same event again changes nothing.
 *
 * @param now milliseconds since the epoch
 */
export async function acceptForm(
  { uploads, stagedFiles }: AcceptFormPorts,
  file: StagedFile,
  now: number,
): Promise<AcceptFormOutcome> {
  const at = new Date(now).toISOString();
  const upload = await awaitedUpload(uploads, file, at);
  const copied = upload ? await stagedFiles.copyToSource(file, upload) : undefined;
  if (upload && copied === 'checksum_differs') await failChecksum({ uploads }, upload, 's3', now);
  if (upload && copied === 'copied_with_other_checksum') {
    await failChecksum({ uploads }, upload, 'comparison', now);
  }
  await stagedFiles.delete(file);
  if (!upload || copied === 'absent') return 'not_awaited';
  if (copied !== 'copied') return 'refused';
  // S3's event may have started the workflow already: then the status stays.
  await uploads.changeStatus(upload, {
    from: ['waiting'],
    entry: { at, to: 'uploaded', by: 'owner' },
  });
  return 'accepted';
}

async function awaitedUpload(
  uploads: Pick<UploadStore, 'get'>,
  { key, size }: StagedFile,
  at: string,
): Promise<UploadItem | undefined> {
  const named = parseFormKey(key);
  const item = named && (await uploads.get(named.uploadId));
  if (!item || item.owner !== named.owner || item.method !== 'post') return undefined;
  return item.status === 'waiting' && item.size === size && item.deadline > at ? item : undefined;
}
