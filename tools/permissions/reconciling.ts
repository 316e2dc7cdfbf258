import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { AwsError } from '@reelgate/local-cloud';
import type { Status } from '../../core/contract/lifecycle.ts';
import { QUIET_MS, RECONCILE_EVERY_MINUTES } from '../../core/reconciliation/reconcile.ts';
import { statusShard, type UploadItem, uploadItemKey } from '../../core/uploads/records.ts';
import { begin, endOf, eventually, type Fixture, itemOf, send, uploadFilm } from './fixture.ts';
import type { Scenario } from './scenarios.ts';
import { postWithoutEvent } from './upload-methods.ts';

/** Five uploads that make no progress, each for another reason, and the next run of the reconciler. */
export const reconciling: Scenario = {
  name: 'repaired by the reconciler',
  async run(fixture) {
    const { upload: abandoned } = await begin(fixture);
    await rewrite(fixture, abandoned.id, 'waiting', { deadline: minutesAgo(1) });
    const lost = await loseEvent(fixture);
    const { id: lostForm } = await postWithoutEvent(fixture);
    const { id: halfCancelled } = await uploadFilm(fixture);
    const { id: halfDone } = await uploadFilm(fixture);
    await endOf(fixture, halfCancelled, 'ready');
    await endOf(fixture, halfDone, 'ready');
    await rewrite(fixture, halfCancelled, 'cancelled', { reason: { code: 'cancelled_by_owner' } });
    // The reconciler must then find the job in the execution's history.
    await rewrite(fixture, halfDone, 'transcoding', {}, ['jobId']);
    await rewrite(fixture, lost, 'uploaded');
    await rewrite(fixture, lostForm, 'waiting');

    nextRun(fixture);
    await endOf(fixture, abandoned.id, 'expired');
    await eventually(`the bytes of ${halfCancelled}`, async () =>
      (await itemOf(fixture, halfCancelled)).quota === 'returned' ? true : undefined,
    );
    await endOf(fixture, lostForm, 'ready');
    // The last one to end, so that nothing is still running when the cloud is closed.
    await endOf(fixture, lost, 'ready');
  },
};

/** Moves the cloud's clock to the reconciler's next run. */
export function nextRun({ clock }: Fixture): void {
  clock.advance(RECONCILE_EVERY_MINUTES * 60_000);
}

/** Makes an upload whose event is lost. */
async function loseEvent(fixture: Fixture): Promise<string> {
  const { upload, parts } = await begin(fixture);
  const failed = new Promise<void>((resolve) => {
    fixture.once(
      ({ operation, request }) =>
        operation === 'StartExecution' && request.body.includes(upload.id),
      () => {
        resolve();
        throw new AwsError('AccessDeniedException', 'This event must be lost.');
      },
    );
  });
  await fixture.api.complete(upload.id, { parts: await send(parts) });
  await failed;
  return upload.id;
}

/** Makes an upload look as if it had `status` for longer than the reconciler waits. */
async function rewrite(
  fixture: Fixture,
  id: string,
  status: Status,
  more: Partial<Pick<UploadItem, 'deadline' | 'reason'>> = {},
  removed: readonly string[] = [],
): Promise<void> {
  const { shard } = await itemOf(fixture, id);
  const set: Readonly<Record<string, unknown>> = {
    status,
    statusShard: statusShard(status, shard),
    updatedAt: minutesAgo(QUIET_MS / 60_000 + 5),
    ...more,
  };
  const names = Object.keys(set);
  await fixture.table.send(
    new UpdateCommand({
      TableName: fixture.hosted.table,
      Key: uploadItemKey(id),
      UpdateExpression: [
        `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ...(removed.length > 0 ? [`REMOVE ${removed.join(', ')}`] : []),
      ].join(' '),
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(set).map(([name, value]) => [`:${name}`, value]),
      ),
    }),
  );
}

function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}
