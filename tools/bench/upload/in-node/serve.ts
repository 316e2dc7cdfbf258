import type { Send, Sent } from '../order.ts';
import type { SendJob } from '../site.ts';

/** Sends the one file that the parent process names, and reports time and memory. */
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
