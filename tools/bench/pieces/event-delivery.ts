import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { allowEverySignedCaller, createEvents, systemClock } from '@reelgate/local-cloud/engines';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:target';

/** Measures the time from `emit` to the delivery to a target, on a bus with one rule. */
export async function openDelivery(folder: string): Promise<{
  deliver: () => Promise<number>;
  close: () => void;
}> {
  let arrived = () => {};
  const events = createEvents({
    dataDir: folder,
    clock: systemClock,
    random: randomUUID,
    authorize: allowEverySignedCaller,
    endpoint: () => 'http://127.0.0.1:1',
    credentialsFor: () => ({ accessKeyId: 'ASIAX', secretAccessKey: 's', sessionToken: 't' }),
    invoke: async () => undefined,
    sendToQueue: () => arrived(),
    onDropped: () => undefined,
  });
  const provider = events.providers.find(({ type }) => type === 'AWS::Events::Rule');
  if (provider === undefined) throw new Error('The events engine hosts no AWS::Events::Rule.');
  await provider.provide({
    stackName: 'bench',
    logicalId: 'Rule',
    physicalName: 'bench-rule',
    properties: provider.properties.parse({
      EventPattern: { source: ['aws.s3'] },
      Targets: [{ Id: 'queue', Arn: QUEUE }],
    }),
    metadata: {},
  });
  events.resume();
  return {
    async deliver() {
      // Not while the previous delivery is still running.
      await sleep(1);
      const began = performance.now();
      await new Promise<void>((resolve) => {
        arrived = resolve;
        events.emit({
          version: '0',
          id: randomUUID(),
          'detail-type': 'Object Created',
          source: 'aws.s3',
          account: '000000000000',
          time: '2026-01-02T03:04:05Z',
          region: 'us-east-1',
          resources: [],
          detail: {},
        });
      });
      return performance.now() - began;
    },
    close: () => events.close(),
  };
}
