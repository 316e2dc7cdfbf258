import { parseFormKey } from '../../core/uploads/object-keys.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { getUpload, type Table } from '../adapters/dynamodb/table.ts';
import { changeStatus } from '../adapters/dynamodb/table-change.ts';
import { copyToSource, deleteStaged, type StagedFile } from '../adapters/s3/copy-staged-file.ts';

/** What became of a landed file; whatever it is, the file itself is deleted. */
export type Acceptance = 'accepted' | 'refused' | 'not_awaited';

/**
 * Takes a file that a form has brought as its upload's source: the first one that an upload waits for, and no
 * other. The same event again finds nothing more to do.
 *
 * @param at ISO 8601
 */
export async function acceptForm(table: Table, file: StagedFile, at: string): Promise<Acceptance> {
  const upload = await awaitedUpload(table, file, at);
  const copied = upload ? await copyToSource(file, upload) : undefined;
  await deleteStaged(file);
  if (!upload || copied === 'absent') return 'not_awaited';
  if (copied === 'refused') return 'refused';
  // S3's event may have been faster: then the workflow has it, and its status stays.
  await changeStatus(table, upload, {
    from: ['waiting'],
    entry: { at, to: 'uploaded', by: 'owner' },
  });
  return 'accepted';
}

async function awaitedUpload(
  table: Table,
  { key, size }: StagedFile,
  at: string,
): Promise<UploadItem | undefined> {
  const named = parseFormKey(key);
  const item = named && (await getUpload(table, named.uploadId));
  if (!item || item.owner !== named.owner || item.method !== 'post') return undefined;
  return item.status === 'waiting' && item.size === size && item.deadline > at ? item : undefined;
}
