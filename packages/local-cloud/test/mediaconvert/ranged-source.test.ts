import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createFaults } from '../../src/faults/faults.ts';
import type { FaultRuleInput } from '../../src/faults/rule.ts';
import { openRangedSource } from '../../src/mediaconvert/transcode/ranged-source.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { bytes, newBucket, startS3 } from '../s3/harness.ts';

const FILM = bytes(5_000_000);

async function source(...rules: FaultRuleInput[]) {
  const faults = createFaults({ clock: systemClock, rules, onError: () => undefined });
  const { client, stop } = await startS3({ around: faults.interception.s3Call });
  const Bucket = await newBucket(client);
  await client.send(new PutObjectCommand({ Bucket, Key: 'film', Body: FILM }));
  return { opened: await openRangedSource(client, `s3://${Bucket}/film`), faults, stop };
}

const GET = { service: 's3', operation: 'GetObject' } as const;

it('An interrupted read is repeated and returns the right bytes', async () => {
  const { opened, faults, stop } = await source({ ...GET, kind: 'truncated_response', times: 3 });
  const read = await opened.read(4_300_000, 1000);
  expect(read.equals(FILM.subarray(4_300_000, 4_301_000))).toBe(true);
  expect(faults.rules()).toMatchObject([{ applied: 3 }]);
  await stop();
});

it.each([
  ['is always interrupted', { ...GET, kind: 'truncated_response', times: 'always' }],
  ['is throttled', { ...GET, kind: 'throttle', times: 'always' }],
  ['gets an error of S3', { ...GET, kind: 'server_error', times: 'always' }],
] satisfies [string, FaultRuleInput][])(
  'One that %s fails the job with 1999, since the file is not the cause',
  async (_, rule) => {
    const { opened, stop } = await source(rule);
    await expect(opened.read(0, 10)).rejects.toMatchObject({ name: 'JobFailure', code: 1999 });
    await stop();
  },
);
