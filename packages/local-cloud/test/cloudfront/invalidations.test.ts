import { randomUUID } from 'node:crypto';
import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
} from '@aws-sdk/client-cloudfront';
import { createEndpoint, type Endpoint } from '../../src/endpoint/endpoint.ts';
import { ask, Edge } from './edge.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
let edge: Edge;
let endpoint: Endpoint;
let client: CloudFrontClient;
let id: string;
let url: string;
beforeEach(async () => {
  edge = await Edge.start();
  endpoint = createEndpoint({
    services: edge.cloudfront.services,
    credentials: { find: () => ({ credentials, caller: { kind: 'root' } }) },
    clock: edge.clock,
    newId: randomUUID,
  });
  client = new CloudFrontClient({
    endpoint: await endpoint.listen(0),
    region: 'us-east-1',
    maxAttempts: 1,
    credentials,
  });
  ({ id, url } = await edge.distribution());
  await edge.allow(id);
  for (const key of ['a/1', 'a/2', 'b']) {
    await edge.put(key, 'x');
    await ask(url, `/${key}`);
  }
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
  await edge.close();
});

const invalidate = (Items: string[], CallerReference: string = randomUUID()) =>
  client.send(
    new CreateInvalidationCommand({
      DistributionId: id,
      InvalidationBatch: { CallerReference, Paths: { Quantity: Items.length, Items } },
    }),
  );
const results = async () => {
  const all: (string | undefined)[] = [];
  for (const path of ['/a/1', '/a/2', '/b'])
    all.push((await ask(url, path)).headers['x-cache']?.split(' ')[0]);
  return all;
};

it('An invalidation removes the responses of its paths', async () => {
  const { Invalidation } = await invalidate(['/a/1']);
  expect(Invalidation).toMatchObject({
    Status: 'Completed',
    InvalidationBatch: { Paths: { Quantity: 1, Items: ['/a/1'] } },
  });
  expect(await results()).toEqual(['Miss', 'Hit', 'Hit']);
  await invalidate(['/a/*', '/other']);
  expect(await results()).toEqual(['Miss', 'Miss', 'Hit']);
  const found = await client.send(
    new GetInvalidationCommand({ DistributionId: id, Id: Invalidation?.Id ?? '' }),
  );
  expect(found.Invalidation?.Status).toBe('Completed');
  expect(edge.audit.at(-1)).toMatchObject({
    action: 'cloudfront:GetInvalidation',
    resource: `arn:aws:cloudfront::000000000000:distribution/${id}`,
  });
});

it('The same reference is the same invalidation, with the same paths only', async () => {
  const first = await invalidate(['/a/1'], 'one');
  expect(await results()).toEqual(['Miss', 'Hit', 'Hit']);
  const again = await invalidate(['/a/1'], 'one');
  expect(again.Invalidation?.Id).toBe(first.Invalidation?.Id);
  expect(await results()).toEqual(['Hit', 'Hit', 'Hit']);
  await expect(invalidate(['/b'], 'one')).rejects.toMatchObject({
    name: 'InvalidationBatchAlreadyExists',
  });
});

it.each([['a/1'], ['/a*b'], ['/a b']])('The path %s is refused', async (path) => {
  await expect(invalidate([path])).rejects.toMatchObject({ name: 'InvalidArgument' });
});

it('An unknown distribution is refused', async () => {
  id = 'ENONE';
  await expect(invalidate(['/a'])).rejects.toMatchObject({ name: 'NoSuchDistribution' });
});
