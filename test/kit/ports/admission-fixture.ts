import type { AdmissionLimits } from '../../../core/transcoding/admission.ts';
import type { SlotRequest } from '../../../core/transcoding/await-slot.ts';
import { sourceKey } from '../../../core/uploads/object-keys.ts';
import { shardOf, type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import { inMemoryPorts } from './in-memory-ports.ts';
import { NOW, uploadIn } from './upload-fixture.ts';

/** The facts that the workflow passes with a request. */
export const MEDIA = uploadIn('transcoding').media;

/** An id of an upload; ids sort by their number. */
export function idOf(number: number): string {
  return `019cb735-1b52-7000-8000-${String(number).padStart(12, '0')}`;
}

/** The uploads of several owners, whose executions ask for slots. */
export class AdmissionFixture {
  readonly memory = inMemoryPorts();
  readonly ports: ReturnType<typeof inMemoryPorts>['ports'];
  /** Uploads whose executions continue to the job, in order. */
  readonly started: string[] = [];

  constructor(limits: AdmissionLimits) {
    this.ports = { ...this.memory.ports, limits };
  }

  /** An upload that was inspected. */
  add(number: number, owner: string, more: object = {}): UploadItem {
    const uploadId = idOf(number);
    const item = uploadIn('validating', {
      ...uploadItemKey(uploadId),
      uploadId,
      owner,
      objectKey: sourceKey(owner, uploadId),
      shard: shardOf(uploadId),
      execution: `execution-${number}`,
      ...more,
    });
    this.memory.table.countQuota(item);
    return this.memory.table.add(item);
  }

  item(number: number): UploadItem {
    const item = this.memory.table.items.get(idOf(number));
    if (!item) throw new Error(`There is no upload ${number}.`);
    return item;
  }

  /** What the execution of an upload passes in AwaitSlot; it waits with a token of this attempt. */
  request(number: number, attempt = 0, refused = false): SlotRequest {
    const token = tokenOf(number, attempt);
    this.memory.admission.waiting.add(token);
    return {
      uploadId: idOf(number),
      execution: `execution-${number}`,
      token,
      attempt: `${new Date(NOW).toISOString()}#${String(attempt).padStart(3, '0')}`,
      refused,
      media: MEDIA,
    };
  }

  /** As the workflow does: in RecordOwnership, without a queue. False where that takes no slot. */
  takeAtOnce(number: number): boolean {
    const { owner, uploadId } = this.item(number);
    if (!this.memory.admission.take(owner, uploadId, this.ports.limits)) return false;
    this.memory.table.moveQuota(uploadId, 'used');
    this.memory.table.set(uploadId, { status: 'transcoding', media: MEDIA });
    return true;
  }

  /** The event of MediaConvert. */
  endOf(number: number, status = 'COMPLETE', at = NOW) {
    const time = new Date(at).toISOString();
    const detail = { status, userMetadata: { uploadId: idOf(number) } };
    return { source: 'aws.mediaconvert', time, detail };
  }
}

export function tokenOf(number: number, attempt = 0): string {
  return `token-${number}-${attempt}`;
}
