import { isDeepStrictEqual } from 'node:util';
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import type { Status } from '../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { endOf, eventually, type Fixture, itemOf } from '../../tools/permissions/fixture.ts';

export function inReview(
  fixture: Fixture,
  id: string,
): Promise<UploadItem & { readonly reviewToken: string }> {
  return eventually(`the review of ${id}`, async () => {
    const item = await itemOf(fixture, id);
    const { reviewToken } = item;
    return reviewToken === undefined ? undefined : { ...item, reviewToken };
  });
}

export async function approved(fixture: Fixture, id: string): Promise<UploadItem> {
  const { reviewToken: taskToken } = await inReview(fixture, id);
  await fixture.states.send(
    new SendTaskSuccessCommand({ taskToken, output: '{"decision":"approved"}' }),
  );
  return endOf(fixture, id, 'ready');
}

export async function is(fixture: Fixture, id: string, status: Status): Promise<UploadItem> {
  const item = await itemOf(fixture, id);
  same(`the status of ${id}`, item.status, status);
  return item;
}

export async function isExpired(fixture: Fixture, id: string): Promise<void> {
  const { reason, quota, timeline } = await is(fixture, id, 'expired');
  same('reason and quota', [reason, quota], [{ code: 'upload_expired' }, 'returned']);
  same(
    'the timeline',
    timeline.map(({ to, by }) => `${to} by ${by}`),
    ['waiting by owner', 'expired by reconciler'],
  );
}

export function same(what: string, got: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(got, wanted)) return;
  throw new Error(`For ${what}, expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}.`);
}
