import type { UploadItem } from './records.ts';

/** The `source` of every event that reelgate sends to EventBridge. */
export const EVENT_SOURCE = 'reelgate';

/** The events that the workflow sends itself have the same structure. */
const DETAIL_TYPES = {
  ready: 'Video Ready',
  rejected: 'Upload Rejected',
  cancelled: 'Upload Cancelled',
  expired: 'Upload Expired',
  failed: 'Upload Failed',
} as const;

export interface Announcement {
  readonly detailType: string;
  readonly detail: {
    readonly metadata: { readonly id: string; readonly version: '1'; readonly time: string };
    readonly data: object;
  };
}

/**
 * Returns the event for the end of an upload. An upload reaches each status at most once, so id and status identify the
 * event: an event that is sent twice has the same `metadata.id`.
 *
 * @returns undefined if the upload has not ended
 */
export function announcementOf(
  item: Pick<UploadItem, 'uploadId' | 'owner' | 'status' | 'updatedAt' | 'reason' | 'playback'>,
): Announcement | undefined {
  const { uploadId, owner, status, updatedAt, reason, playback } = item;
  if (!(status in DETAIL_TYPES)) return undefined;
  return {
    detailType: DETAIL_TYPES[status as keyof typeof DETAIL_TYPES],
    detail: {
      metadata: { id: `${uploadId}/${status}`, version: '1', time: updatedAt },
      data: { uploadId, owner, ...(status === 'ready' ? { playback } : { reason }) },
    },
  };
}
