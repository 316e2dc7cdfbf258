import type { UploadItem } from './records.ts';

/** The source of every event that reelgate puts on the bus. */
export const EVENT_SOURCE = 'reelgate';

/** The workflow's own announcements have the same shape. */
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
 * The event that tells of an upload's end. An upload comes to each status once at most, so its id and its status
 * name the fact: told twice, the two have the same `metadata.id`.
 *
 * @returns undefined for a status that is no end
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
