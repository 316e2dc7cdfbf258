import type { UploadItem } from '../uploads/records.ts';

/** The state AwaitSlot of an execution that asks for a slot. */
export interface SlotRequest {
  readonly uploadId: string;
  readonly execution: string;
  /** Resumes the execution. Never logged. */
  readonly token: string;
  /** When the state was entered, and which retry of it this is. Later attempts are greater. */
  readonly attempt: string;
  /** MediaConvert has refused the job for its rate or its quota. */
  readonly refused: boolean;
  /** The facts about the media as JSON text. */
  readonly media: string;
}

export type SlotStep =
  /** The upload has ended, or another execution has it. */
  | 'superseded'
  /** The upload is not in the queue. */
  | 'queue'
  /** The upload is in the queue with the token of an earlier attempt, which resumes nothing any more. */
  | 'renew'
  /** This attempt, or a later one, was handled before. */
  | 'none';

/**
 * Decides what to do for an execution in the state AwaitSlot. No job runs for its upload. An upload that is not in the
 * queue may have a slot: its start did not reach the execution, or MediaConvert has refused its job.
 */
export function slotStep(
  item: Pick<UploadItem, 'status' | 'execution' | 'queueKey' | 'slotAttempt'> | undefined,
  { execution, attempt }: Pick<SlotRequest, 'execution' | 'attempt'>,
): SlotStep {
  if (item?.execution !== execution) return 'superseded';
  if (!(BEFORE_THE_JOB as readonly string[]).includes(item.status)) return 'superseded';
  if (item.slotAttempt !== undefined && item.slotAttempt >= attempt) return 'none';
  return item.queueKey === undefined ? 'queue' : 'renew';
}

/** The statuses in which an upload can ask for a slot. */
const BEFORE_THE_JOB = ['validating', 'in_review', 'transcoding'] as const;

/**
 * The sort key of an upload in the queue of its owner. An upload that has had a slot is in front of the others.
 * @param at ISO 8601 with milliseconds
 */
export function queueKeyOf(
  { uploadId, status }: Pick<UploadItem, 'uploadId' | 'status'>,
  at: string,
) {
  return `${status === 'transcoding' ? 0 : 1}#${at}#${uploadId}`;
}

/** How long an upload has had its slot; undefined for one that has never had one. */
export function heldSeconds(
  { slotAt, timeline }: Pick<UploadItem, 'slotAt' | 'timeline'>,
  now: number,
): number | undefined {
  const since = slotAt ?? timeline.findLast(({ to }) => to === 'transcoding')?.at;
  return since === undefined ? undefined : Math.max(0, (now - Date.parse(since)) / 1_000);
}
