import type { UploadItem } from './records.ts';

/**
 * What the record of a cancelled, deleted or expired upload loses in the write that ends it: everything that describes
 * the file or comes from its owner. What stays says that the upload existed, how it ended, and what is to be cleaned up.
 */
export const ERASED_AT_END = [
  'fileName',
  'metadata',
  'checksum',
  'redirect',
  'idempotencyKey',
  'requestHash',
  'media',
  'playback',
  'captions',
  'reviewToken',
  'slotToken',
  'failedStep',
  'resumeStep',
] as const satisfies readonly (keyof UploadItem)[];

/** After the last check of the reconciler, 51 hours after the end. */
export const MIN_ENDED_DAYS = 3;

const DAY_SECONDS = 86_400;

/**
 * When DynamoDB deletes the record, in seconds since the epoch.
 * @param endedAt milliseconds since the epoch
 */
export function expiryOfEnded(endedAt: number, { endedDays }: RetentionPolicy): number {
  return Math.floor(endedAt / 1000) + endedDays * DAY_SECONDS;
}

export interface RetentionPolicy {
  /** Days after which the record of a cancelled, deleted or expired upload is deleted. */
  readonly endedDays: number;
}
