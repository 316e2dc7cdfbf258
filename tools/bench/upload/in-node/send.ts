import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Sent } from '../order.ts';
import type { SendJob, UploadSite } from '../site.ts';

/** Sends a file by a bundled candidate in a fresh process, and removes the upload. */
export async function sendFromNode(site: UploadSite, job: SendJob, bundle: string): Promise<Sent> {
  const child = fork(bundle, []);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The sending process ended with ${code}.`);
  });
  child.send(job);
  const [sent] = (await Promise.race([once(child, 'message'), ended])) as [Sent];
  await ended.catch(() => undefined);
  await site.cleanUp(sent.uploadId);
  return sent;
}
