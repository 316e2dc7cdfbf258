import type {
  Admission,
  AdmissionLimits,
  OwnerShare,
  Slots,
} from '../../core/transcoding/admission.ts';
import type { SlotRequest } from '../../core/transcoding/await-slot.ts';
import type { UploadItem } from '../../core/uploads/records.ts';

/** An owner that is in the ring. */
export interface RingEntry {
  readonly owner: string;
  readonly ticket: number;
}

/** An upload that waits for a slot. */
export interface QueueEntry {
  readonly uploadId: string;
  readonly queueKey: string;
}

/** What happens to the upload of a change. */
export type UploadStep =
  /** It begins to wait; its bytes are counted as used. */
  | {
      readonly step: 'queue';
      readonly upload: UploadItem;
      readonly request: SlotRequest;
      readonly queueKey: string;
    }
  /** It has got a slot. Its token stays until its job is known. */
  | { readonly step: 'start'; readonly upload: UploadItem; readonly entry: QueueEntry }
  /** Its entry goes without a start; `upload` is absent if the upload does not name the entry. */
  | { readonly step: 'unqueue'; readonly upload?: UploadItem; readonly entry: QueueEntry }
  | { readonly step: 'none' };

/** A change by a rule of `core/transcoding/admission.ts`. */
export interface AdmissionChange {
  readonly owner: string;
  /** As it was read. The change is written only if it still holds as far as the rule depends on it. */
  readonly before: Admission;
  readonly after: Admission;
  readonly limits: AdmissionLimits;
  readonly upload: UploadStep;
  /** ISO 8601. */
  readonly at: string;
}

/** Slots, ring and queues in the table. Every read is strongly consistent. */
export interface AdmissionStore {
  slots(): Promise<Slots>;
  share(owner: string): Promise<OwnerShare>;
  /** The owner that is next. */
  firstInRing(): Promise<RingEntry | undefined>;
  /** The upload of an owner that is next. */
  firstInQueue(owner: string): Promise<QueueEntry | undefined>;
  /** How many uploads of the owner are in front of an entry. */
  countAhead(owner: string, queueKey: string): Promise<number>;
  /** Writes everything or nothing. False where the state has changed since it was read. */
  change(change: AdmissionChange): Promise<boolean>;
  /** Replaces the token of an upload in the queue. False where it is no longer in the queue. */
  renewToken(upload: UploadItem, request: SlotRequest): Promise<boolean>;
}

/** Executions that wait with a task token. */
export interface Callbacks {
  /** Lets the execution continue. `gone` where no execution waits with this token any more. */
  resume(token: string): Promise<'resumed' | 'gone'>;
}
