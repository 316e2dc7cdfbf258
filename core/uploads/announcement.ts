import { isTerminal, type Status, type TerminalStatus } from '../contract/lifecycle.ts';
import type { UploadItem } from './records.ts';

/** The `source` of every event that reelgate sends to EventBridge. */
export const EVENT_SOURCE = 'reelgate';

/** The events that the workflow sends itself have the same structure. */
const DETAIL_TYPES = {
  ready: 'Video Ready',
  removed: 'Video Removed',
  rejected: 'Upload Rejected',
  cancelled: 'Upload Cancelled',
  expired: 'Upload Expired',
  failed: 'Upload Failed',
} as const satisfies Readonly<Record<TerminalStatus, string>>;

/** Whether the change to `status` is announced: the write of that change raises the upload's `sequence`. */
export function isAnnounced(status: Status): status is TerminalStatus {
  return isTerminal(status);
}

export interface Announcement {
  readonly detailType: string;
  readonly detail: {
    readonly metadata: {
      readonly id: string;
      readonly sequence: number;
      readonly version: '1';
      readonly time: string;
    };
    readonly data: object;
  };
}

/**
 * Returns the event for the end of an upload. The write that ends it raises its `sequence`, so upload and sequence
 * identify the event: an event that is sent twice has the same `metadata.id`.
 *
 * @returns undefined if the upload has not ended
 */
export function announcementOf(
  item: Pick<
    UploadItem,
    'uploadId' | 'owner' | 'status' | 'sequence' | 'updatedAt' | 'reason' | 'playback'
  >,
): Announcement | undefined {
  const { uploadId, owner, status, sequence, updatedAt, reason, playback } = item;
  if (!isAnnounced(status)) return undefined;
  return {
    detailType: DETAIL_TYPES[status],
    detail: {
      metadata: { id: `${uploadId}/${sequence}`, sequence, version: '1', time: updatedAt },
      data: { uploadId, owner, ...(status === 'ready' ? { playback } : { reason }) },
    },
  };
}
