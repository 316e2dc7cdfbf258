import { type Cloud, type CloudOptions, startCloud } from '@reelgate/local-cloud';

/**
 * Starts the local cloud. A start cannot be interrupted, so one that the process is asked to stop meanwhile is
 * completed and then closed.
 *
 * @throws the signal's reason where `stop` aborts before the cloud is ready
 */
export async function openCloud(options: CloudOptions, stop: AbortSignal): Promise<Cloud> {
  stop.throwIfAborted();
  const cloud = await startCloud(options);
  if (stop.aborted) await cloud.close();
  stop.throwIfAborted();
  return cloud;
}
