import { isWithdrawn, type Status, statuses } from '../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { UploadStore } from '../ports/uploads.ts';

export interface ListUploadsInput {
  readonly owner: string;
  readonly limit: number;
  /** The upload id after which the page starts. */
  readonly after?: string | undefined;
  readonly status?: Status | undefined;
  /** Without `status`: whether cancelled and expired uploads are listed too. @default false */
  readonly includeEnded?: boolean | undefined;
}

export interface ListUploadsOutcome {
  readonly outcome: 'listed';
  readonly uploads: readonly UploadItem[];
  /** Present where there may be more uploads after this id. */
  readonly last?: string;
}

/** An owner's uploads, newest first; cancelled and expired ones only if asked for. */
export async function listUploads(
  { uploads }: { readonly uploads: Pick<UploadStore, 'list'> },
  { owner, status, includeEnded = false, ...query }: ListUploadsInput,
): Promise<ListUploadsOutcome> {
  const wanted = statuses.filter((each) => includeEnded || !isWithdrawn(each));
  const { items, last } = await uploads.list(owner, {
    ...query,
    statuses: status === undefined ? wanted : [status],
  });
  return { outcome: 'listed', uploads: items, ...(last !== undefined && { last }) };
}
