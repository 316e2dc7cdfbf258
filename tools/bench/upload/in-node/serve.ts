import type { Send, Sent } from '../order.ts';
import type { SendJob } from '../site.ts';

/** Sends one file when asked, in this process alone, and tells what it took. */
export function serve(send: Send<string>): void {
  process.once('message', ({ path, order }: SendJob) => {
    const began = performance.now();
    send(path, order).then(
      (uploadId) => {
        const ms = performance.now() - began;
        // In kilobytes: https://nodejs.org/api/process.html#processresourceusage
        const peakBytes = process.resourceUsage().maxRSS * 1024;
        process.send?.({ ms, uploadId, peakBytes } satisfies Sent, () => process.exit(0));
      },
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
