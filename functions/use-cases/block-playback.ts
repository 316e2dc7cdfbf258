import type { EdgeValues } from '../ports/playback.ts';

/** The viewer function looks only at the name. */
const BLOCKED = 'blocked';

/**
 * Makes the viewer function refuse every token of a video, within seconds. Does nothing where it does already.
 * @param edge undefined where videos are not delivered
 */
export async function blockPlayback(edge: EdgeValues | undefined, uploadId: string): Promise<void> {
  if (edge === undefined || (await edge.get(uploadId)) !== undefined) return;
  await edge.update({ put: { [uploadId]: BLOCKED } });
}

/** Ends that: the video was restored, or its last token is dead. */
export async function unblockPlayback(
  edge: EdgeValues | undefined,
  uploadId: string,
): Promise<void> {
  if (edge === undefined || (await edge.get(uploadId)) === undefined) return;
  await edge.update({ delete: [uploadId] });
}
