import { randomBytes } from 'node:crypto';
import type { CreateUploadRequest } from '../../core/contract/wire.ts';
import type { PartPlan } from '../../core/grants/part-plan.ts';
import { createRequestProblems } from '../../core/uploads/create-request.ts';
import { newUploadItem } from '../../core/uploads/new-upload.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { uploadIdFrom } from '../../core/uploads/upload-id.ts';
import type { UploadPolicy } from '../../core/uploads/upload-policy.ts';
import type { Table } from '../adapters/dynamodb/table.ts';
import { createUploadItem } from '../adapters/dynamodb/table-create.ts';
import type { Owner } from './api-request.ts';
import { refusedFields, uploadOf } from './upload-problems.ts';

export interface UploadToRecord extends Owner {
  readonly request: CreateUploadRequest;
  readonly idempotencyKey?: string | undefined;
  /** How the client cuts the file, where it does not take our plan. */
  readonly plan?: PartPlan;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Records an upload for its owner, whichever way it was asked for: the same policy, the same quota.
 * @throws ProblemError
 */
export async function recordUpload(
  table: Table,
  policy: UploadPolicy,
  upload: UploadToRecord,
): Promise<UploadItem> {
  refusedFields(createRequestProblems(upload.request, policy));
  const uploadId = uploadIdFrom(upload.now, randomBytes(10));
  const fresh = newUploadItem({ uploadId, ...upload }, policy);
  return uploadOf(await createUploadItem(table, fresh, policy, upload.now), fresh);
}
