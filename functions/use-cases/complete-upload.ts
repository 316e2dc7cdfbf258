import type { CompleteUploadRequest } from '../../core/contract/requests.ts';
import { type CompletionProblem, checkCompletion } from '../../core/uploads/complete-request.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { getUpload, type Table } from '../adapters/dynamodb/table.ts';
import { changeStatus } from '../adapters/dynamodb/table-change.ts';
import { completeMultipartUpload, hasObject, listParts } from '../adapters/s3/multipart.ts';

export type CompletionEnd =
  | { readonly outcome: 'completed'; readonly upload: UploadItem }
  /** The upload is in a status that no completion leads out of. */
  | { readonly outcome: 'ended'; readonly upload: UploadItem }
  | { readonly outcome: 'incomplete'; readonly problems: readonly CompletionProblem[] }
  | { readonly outcome: 'checksum_differs' }
  /** S3 found the parts other than a moment before. */
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'gone' };

export interface Completion {
  readonly table: Table;
  readonly bucket: string;
  readonly item: UploadItem;
  readonly request: CompleteUploadRequest;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Puts an upload's parts together, once. Called again it answers the same; nothing that it refuses harms the
 * upload.
 */
export async function completeUpload(completion: Completion): Promise<CompletionEnd> {
  const { table, bucket, item, request, at } = completion;
  if (item.status === 'cancelled' || item.status === 'expired') {
    return { outcome: 'ended', upload: item };
  }
  if (item.status !== 'waiting') return { outcome: 'completed', upload: item };
  if (item.checksum && request.checksum && item.checksum !== request.checksum) {
    return { outcome: 'checksum_differs' };
  }
  if (item.s3UploadId === undefined) return judged(item, request, []);
  const stored = await listParts(bucket, item.objectKey, item.s3UploadId);
  if (!stored) {
    // An earlier try may have done it, with its answer lost on the way.
    return (await hasObject(bucket, item)) ? record(table, item, at) : { outcome: 'gone' };
  }
  const verdict = checkCompletion(item, request.parts, stored);
  if (!verdict.complete) return { outcome: 'incomplete', problems: verdict.problems };
  const checksum = request.checksum ?? item.checksum;
  const answer = await completeMultipartUpload(bucket, item, verdict.parts, checksum);
  if (answer === 'completed') return record(table, item, at);
  if (answer === 'gone' || answer === 'checksum_differs') return { outcome: answer };
  return { outcome: 'conflict' };
}

function judged(
  item: UploadItem,
  request: CompleteUploadRequest,
  stored: Parameters<typeof checkCompletion>[2],
): CompletionEnd {
  const verdict = checkCompletion(item, request.parts, stored);
  return verdict.complete
    ? { outcome: 'conflict' }
    : { outcome: 'incomplete', problems: verdict.problems };
}

/**
 * The workflow may have been faster than this: then its status stays. So may a cancel: then the workflow
 * throws the late object away.
 */
async function record(table: Table, item: UploadItem, at: string): Promise<CompletionEnd> {
  const changed = await changeStatus(table, item, {
    from: ['waiting'],
    entry: { at, to: 'uploaded', by: 'owner' },
  });
  const upload = changed ?? (await getUpload(table, item.uploadId)) ?? item;
  const ended = upload.status === 'cancelled' || upload.status === 'expired';
  return { outcome: ended ? 'ended' : 'completed', upload };
}
