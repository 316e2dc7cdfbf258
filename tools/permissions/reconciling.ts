import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { AwsError } from '@reelgate/local-cloud';
import type { Status } from '../../core/contract/lifecycle.ts';
import { QUIET_MS, RECONCILE_EVERY_MINUTES } from '../../core/reconciliation/reconcile.ts';
import { statusShard, uploadItemKey } from '../../core/uploads/records.ts';
import { begin, endOf, eventually, itemOf, type Stage, send, uploadFilm } from './fixture.ts';
import type { Scenario } from './scenarios.ts';
import { postUnheard } from './upload-methods.ts';

/** Five uploads that stand still, each for another reason, and the run of the reconciler that is due. */
export const reconciling: Scenario = {
  name: 'healed by the reconciler',
  async run(stage) {
    const { upload: abandoned } = await begin(stage);
    await rewrite(stage, abandoned.id, 'waiting', { deadline: minutesAgo(1) });
    const unheard = await loseEvent(stage);
    const { id: unheardForm } = await postUnheard(stage);
    const { id: halfCancelled } = await uploadFilm(stage);
    const { id: halfDone } = await uploadFilm(stage);
    await endOf(stage, halfCancelled, 'ready');
    await endOf(stage, halfDone, 'ready');
    await rewrite(stage, halfCancelled, 'cancelled');
    // Its job is then to be found in the execution's history.
    await rewrite(stage, halfDone, 'transcoding', {}, ['jobId']);
    await rewrite(stage, unheard, 'uploaded');
    await rewrite(stage, unheardForm, 'waiting');

    nextRun(stage);
    await endOf(stage, abandoned.id, 'expired');
    await eventually(`the bytes of ${halfCancelled}`, async () =>
      (await itemOf(stage, halfCancelled)).quota === 'returned' ? true : undefined,
    );
    await endOf(stage, unheardForm, 'ready');
    // Takes longest, so that nothing is cut off where the cloud is closed behind it.
    await endOf(stage, unheard, 'ready');
  },
};

/** Moves the cloud's clock to the reconciler's next run. */
export function nextRun({ clock }: Stage): void {
  clock.advance(RECONCILE_EVERY_MINUTES * 60_000);
}

/** An upload of whose object nobody hears. */
async function loseEvent(stage: Stage): Promise<string> {
  const { upload, parts } = await begin(stage);
  const lost = new Promise<void>((resolve) => {
    stage.once(
      ({ operation, request }) =>
        operation === 'StartExecution' && request.body.includes(upload.id),
      () => {
        resolve();
        throw new AwsError('AccessDeniedException', 'The event is to be lost.');
      },
    );
  });
  await stage.api.complete(upload.id, { parts: await send(parts) });
  await lost;
  return upload.id;
}

/** As if the upload had stood in `status` for longer than the reconciler waits. */
async function rewrite(
  stage: Stage,
  id: string,
  status: Status,
  more: Readonly<Record<string, string>> = {},
  removed: readonly string[] = [],
): Promise<void> {
  const { shard } = await itemOf(stage, id);
  const set: Record<string, string> = {
    status,
    statusShard: statusShard(status, shard),
    updatedAt: minutesAgo(QUIET_MS / 60_000 + 5),
    ...more,
  };
  const names = Object.keys(set);
  await stage.table.send(
    new UpdateCommand({
      TableName: stage.hosted.table,
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
