import type { FailureReasonCode } from '../contract/reasons.ts';
import type { UploadIn } from '../uploads/records.ts';
import { QUIET_MS } from './reconcile.ts';

/** Causes that pass by themselves: a service was unavailable, or an execution was lost. */
const PASSING: ReadonlySet<string> = new Set<FailureReasonCode>([
  'inspection_failed',
  'ownership_failed',
  'publish_failed',
  'workflow_failed',
]);

/** Each pause is this many times as long as the one before: ten minutes, one hour, six hours. */
const PAUSE_FACTOR = 6;
const MAX_PAUSE_MS = 24 * 60 * 60_000;

/**
 * Whether another attempt may succeed although nobody has changed anything. A job that MediaConvert has ended with an
 * error code fails again with the same file; without a code, the job was not created or did not start.
 */
export function isPassing({ code, detail = '' }: UploadIn<'failed'>['reason']): boolean {
  if (code === 'transcode_failed') return !detail.startsWith('MediaConvert error');
  return PASSING.has(code);
}

/**
 * When the reconciler tries a failed upload again, in milliseconds since the epoch; undefined for one that it leaves to
 * its owner.
 */
export function automaticRetryAt(
  item: Pick<UploadIn<'failed'>, 'reason' | 'attempt' | 'updatedAt'>,
): number | undefined {
  if (!isPassing(item.reason)) return undefined;
  const pause = Math.min(QUIET_MS * PAUSE_FACTOR ** (item.attempt - 1), MAX_PAUSE_MS);
  return Date.parse(item.updatedAt) + pause;
}
