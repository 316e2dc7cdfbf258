import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import type { Status } from '../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { endOf, eventually, itemOf, type Stage } from '../../tools/permissions/fixture.ts';

export function inReview(
  stage: Stage,
  id: string,
): Promise<UploadItem & { readonly reviewToken: string }> {
  return eventually(`the review of ${id}`, async () => {
    const item = await itemOf(stage, id);
    const { reviewToken } = item;
    return reviewToken === undefined ? undefined : { ...item, reviewToken };
  });
}

export async function approved(stage: Stage, id: string): Promise<UploadItem> {
  const { reviewToken: taskToken } = await inReview(stage, id);
  await stage.states.send(
    new SendTaskSuccessCommand({ taskToken, output: '{"decision":"approved"}' }),
  );
  return endOf(stage, id, 'ready');
}

export async function is(stage: Stage, id: string, status: Status): Promise<UploadItem> {
  const item = await itemOf(stage, id);
  same(`the status of ${id}`, item.status, status);
  return item;
}

export async function isExpired(stage: Stage, id: string): Promise<void> {
  const { reason, quota, timeline } = await is(stage, id, 'expired');
  same('reason and quota', [reason, quota], [{ code: 'upload_expired' }, 'returned']);
  same(
    'the timeline',
    timeline.map(({ to, by }) => `${to} by ${by}`),
    ['waiting by owner', 'expired by reconciler'],
  );
}

export function same(what: string, got: unknown, wanted: unknown): void {
  const [came, expected] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (came !== expected) throw new Error(`For ${what}, expected ${expected}, got ${came}.`);
}
