/** A process that emits events and then waits until it is killed. Arguments: data folder, number of events. */
import { randomUUID } from 'node:crypto';
import { createEvents } from '../../src/events/events.ts';
import { AwsError } from '../../src/shared/aws-error.ts';
import { allowEverySignedCaller } from '../../src/shared/caller.ts';
import { systemClock } from '../../src/shared/clock.ts';

const [dataDir = '', count = '0'] = process.argv.slice(2);
const events = createEvents({
  dataDir,
  clock: systemClock,
  random: randomUUID,
  authorize: allowEverySignedCaller,
  endpoint: () => 'http://127.0.0.1:1',
  credentialsFor: () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
  invoke: async () => undefined,
  // Deliveries of this process would be lost.
  sendToQueue: () => {
    throw new AwsError('ServiceUnavailable', 'busy', 503);
  },
  onDropped: () => undefined,
});
const [rule] = events.providers;
await rule?.provide({
  stackName: 'test',
  logicalId: 'Rule',
  physicalName: 'test-Rule',
  metadata: {},
  properties: rule.properties.parse({
    EventPattern: { source: ['aws.s3'] },
    Targets: [{ Id: 'q', Arn: 'arn:aws:sqs:us-east-1:000000000000:target' }],
  }),
});
events.resume();
for (let n = 0; n < Number(count); n += 1) {
  events.emit({
    version: '0',
    id: `killed-${n}`,
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time: '2026-01-02T03:04:05Z',
    region: 'us-east-1',
    resources: [],
    detail: {},
  });
  process.stdout.write('x');
}
setInterval(() => undefined, 1000);
