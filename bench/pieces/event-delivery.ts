import { setTimeout as sleep } from 'node:timers/promises';
import { eventBench, QUEUE, someEvent } from '../../test/local/events/bus.ts';

/** How long a rule's target waits for an event, from `emit` to the delivery; each in a bus with one rule. */
export async function openDelivery(): Promise<{
  deliver: () => Promise<number>;
  close: () => void;
}> {
  let arrived = () => {};
  const { events, rule } = eventBench({ sendToQueue: () => arrived() });
  await rule('Rule', {
    EventPattern: { source: ['aws.s3'] },
    Targets: [{ Id: 'queue', Arn: QUEUE }],
  });
  events.resume();
  return {
    async deliver() {
      // Not behind the delivery before.
      await sleep(1);
      const began = performance.now();
      await new Promise<void>((resolve) => {
        arrived = resolve;
        events.emit(someEvent());
      });
      return performance.now() - began;
    },
    close: () => events.close(),
  };
}
