import type { Send, SendOrder, Sent } from '../order.ts';

/** What the parent process sends once. */
export interface NodeOrder {
  readonly path: string;
  readonly order: SendOrder;
}

/** Sends one file when asked, in this process alone, and tells what it took. */
export function serve(send: Send<string>): void {
  process.once('message', ({ path, order }: NodeOrder) => {
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
