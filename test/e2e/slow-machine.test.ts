import type { Upload } from '../../core/contract/wire.ts';
import { controlOf } from '../kit/cloud-control.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';
import { plainClient, put } from '../kit/single-request-client.ts';

const UPLOADS = 20;

let cloud: HostedCloud;

beforeAll(async () => {
  cloud = await hostCloud(undefined, { control: true });
});

afterAll(() => cloud?.close());

/** Sends the shortest video by a single PUT and waits until its upload has ended. */
async function sent(): Promise<Upload> {
  const client = plainClient(cloud);
  const { upload, grant } = await client.createPut();
  expect(await put(grant)).toMatchObject({ status: 200 });
  return client.endOf(upload.id);
}

describe('On a slow machine', () => {
  it('twenty uploads at the same time all become ready, each by one inspection and one job', async () => {
    const control = controlOf(cloud.hosted);
    await control.forgetCalls();
    const ended = await Promise.all(Array.from({ length: UPLOADS }, sent));
    expect(ended.map(({ status, reason }) => reason?.code ?? status)).toEqual(
      Array.from({ length: UPLOADS }, () => 'ready'),
    );
    const { calls } = await control.calls();
    const created = calls.filter(({ operation }) => operation === 'CreateJob');
    expect(created).toHaveLength(UPLOADS);
  });

  it('a file is inspected again, and not rejected, if S3 responds too late', async () => {
    const control = controlOf(cloud.hosted);
    // Longer than the time of an inspection: core/media/inspection-budget.ts.
    const [rule] = await control.add({
      service: 's3',
      operation: 'GetObject',
      caller: 'inspectmedia',
      kind: 'delay',
      ms: 21_000,
    });
    const ended = await sent();
    expect(ended.reason).toBeUndefined();
    expect(ended.status).toBe('ready');
    const applied = (await control.rules()).find(({ id }) => id === rule?.id)?.applied;
    expect(applied).toBe(1);
  });
});
