import { readJobEvent } from '../../core/transcoding/job-event.ts';
import type { UploadStore } from '../ports/uploads.ts';

/**
 * Records which job an upload has, and its progress, from an event of MediaConvert. Other events are ignored.
 * @param now milliseconds since the epoch
 */
export async function recordJob(
  { uploads }: { readonly uploads: Pick<UploadStore, 'recordJobProgress'> },
  event: unknown,
  now: number,
): Promise<'recorded' | 'ignored'> {
  const progress = readJobEvent(event);
  if (!progress) return 'ignored';
  const recorded = await uploads.recordJobProgress(progress, new Date(now).toISOString());
  return recorded ? 'recorded' : 'ignored';
}
