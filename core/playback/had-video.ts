import type { UploadItem } from '../uploads/records.ts';

/** Whether an upload is or was a video that viewers could play. The timeline stays when a record is erased. */
export function hadVideo({ timeline }: Pick<UploadItem, 'timeline'>): boolean {
  return timeline.some(({ to }) => to === 'ready' || to === 'removed');
}
