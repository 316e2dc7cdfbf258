import type { CreateUploadRequest } from '../../core/contract/wire.ts';
import type { PartPlan } from '../../core/grants/part-plan.ts';
import type { Budgets } from '../../core/quota/budgets.ts';
import { dailyRefusal, dayOf, oneUpload } from '../../core/quota/daily-budget.ts';
import { quotaRefusal } from '../../core/quota/quota.ts';
import { createRequestProblems } from '../../core/uploads/create-request.ts';
import { newUploadItem } from '../../core/uploads/new-upload.ts';
import type { IdempotencyItem, UploadItem } from '../../core/uploads/records.ts';
import {
  notWaiting,
  type Refusal,
  refused,
  refuseInvalidFields,
} from '../../core/uploads/refusals.ts';
import { uploadIdFrom } from '../../core/uploads/upload-id.ts';
import type { UploadPolicy } from '../../core/uploads/upload-policy.ts';
import type { UploadReservations, UploadStore } from '../ports/uploads.ts';

export interface RecordUploadPorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly reservations: UploadReservations;
  readonly policy: UploadPolicy;
  readonly budgets: Budgets;
  readonly randomBytes: (size: number) => Uint8Array;
}

export interface RecordUploadInput {
  /** The subject, encoded (`encodeOwner`). */
  readonly owner: string;
  readonly subject: string;
  readonly request: CreateUploadRequest;
  readonly idempotencyKey?: string | undefined;
  /** How the client splits the file, if not by our plan. */
  readonly plan?: PartPlan;
}

export type RecordUploadOutcome =
  | { readonly outcome: 'recorded'; readonly upload: UploadItem }
  | Refusal;

/**
 * Records an upload for its owner and reserves its bytes, with the same policy, quota and budgets for every API. The same
 * idempotency key and request return the same upload.
 *
 * @param now milliseconds since the epoch
 */
export async function recordUpload(
  ports: RecordUploadPorts,
  input: RecordUploadInput,
  now: number,
): Promise<RecordUploadOutcome> {
  const { reservations, policy, budgets } = ports;
  const invalid = refuseInvalidFields(createRequestProblems(input.request, policy, budgets));
  if (invalid) return invalid;
  const uploadId = uploadIdFrom(now, ports.randomBytes(10));
  const upload = newUploadItem({ uploadId, now, ...input }, policy);
  const earlier = await findEarlier(ports, input, now);
  if (earlier) return replay(ports, upload, earlier);
  const daily = oneUpload(budgets);
  // An owner's first upload finds no item of quota or day, so that no condition of the write can compare it.
  if (quotaRefusal(undefined, upload.size, policy) || dailyRefusal(undefined, daily, now)) {
    return refuseByLimits(ports, upload, now);
  }
  if (await reservations.reserve(upload, { quota: policy.quota, daily }, now)) {
    return { outcome: 'recorded', upload };
  }
  // A concurrent request with the same key comes first, even if it has used up the quota.
  const concurrent = await findEarlier(ports, input, now);
  return concurrent ? replay(ports, upload, concurrent) : refuseByLimits(ports, upload, now);
}

async function findEarlier(
  { reservations }: RecordUploadPorts,
  { owner, idempotencyKey }: RecordUploadInput,
  now: number,
): Promise<IdempotencyItem | undefined> {
  if (idempotencyKey === undefined) return undefined;
  return reservations.findIdempotencyKey(owner, idempotencyKey, secondsOf(now));
}

async function replay(
  { uploads }: RecordUploadPorts,
  fresh: UploadItem,
  earlier: IdempotencyItem,
): Promise<RecordUploadOutcome> {
  if (earlier.requestHash !== fresh.requestHash) return refused('idempotency_key_reused');
  const upload = await uploads.get(earlier.uploadId);
  if (!upload) return refused('upload_gone');
  return upload.status === 'waiting' ? { outcome: 'recorded', upload } : notWaiting(upload);
}

/** Where quota and budget have room by now, the same request may succeed: `conflict`. */
async function refuseByLimits(
  { reservations, policy, budgets }: RecordUploadPorts,
  { owner, size }: UploadItem,
  now: number,
): Promise<Refusal> {
  const day = await reservations.getDay(owner, dayOf(now));
  const reason =
    dailyRefusal(day, oneUpload(budgets), now) ??
    quotaRefusal(await reservations.getQuota(owner), size, policy);
  if (!reason) return refused('conflict');
  const { code, ...details } = reason;
  return refused(code, details);
}

function secondsOf(now: number): number {
  return Math.floor(now / 1000);
}
