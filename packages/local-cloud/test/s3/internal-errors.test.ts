import { randomUUID } from 'node:crypto';
import { startS3 } from './harness.ts';

it('An error outside of an operation is reported, and its connection is closed without a response', async () => {
  const defect = new Error('A defect.');
  let isBroken = false;
  const reported: [error: unknown, request: string][] = [];
  const { endpoint, stop } = await startS3({
    newId: () => {
      if (isBroken) throw defect;
      return randomUUID();
    },
    onError: (...call) => void reported.push(call),
  });
  isBroken = true;
  await expect(fetch(`${endpoint}/bucket/key?X-Amz-Signature=secret`)).rejects.toThrow();
  expect(reported).toEqual([[defect, 'GET /bucket/key']]);
  isBroken = false;
  expect((await fetch(`${endpoint}/bucket/key`)).status).toBe(404);
  await stop();
});
