import type { Status } from '../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { UploadStore } from '../ports/uploads.ts';

export interface ListUploadsInput {
  readonly owner: string;
  readonly limit: number;
  /** The upload id after which the page starts. */
  readonly after?: string | undefined;
  readonly status?: Status | undefined;
}

export interface ListUploadsOutcome {
  readonly outcome: 'listed';
  readonly uploads: readonly UploadItem[];
  /** Present where there may be more uploads after this id. */
  readonly last?: string;
}

/** An owner's uploads, newest first. */
export async function listUploads(
  { uploads }: { readonly uploads: Pick<UploadStore, 'list'> },
  { owner, ...query }: ListUploadsInput,
): Promise<ListUploadsOutcome> {
  const { items, last } = await uploads.list(owner, query);
  return { outcome: 'listed', uploads: items, ...(last !== undefined && { last }) };
}
