import { isDeepStrictEqual } from 'node:util';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { uploadsApi } from '@reelgate/client';
import { AwsError } from '@reelgate/local-cloud';
import type { Upload } from '../../core/contract/upload.ts';
import { PAUSE_MS } from '../../core/transcoding/admission.ts';
import { parseSlots } from '../../core/uploads/parse-records.ts';
import { RING, SLOTS_KEY, type UploadItem } from '../../core/uploads/records.ts';
import { accessToken } from '../cloud/access-token.ts';
import { endOf, eventually, type Fixture, itemOf, uploadFilm } from './fixture.ts';
import { nextRun } from './reconciling.ts';
import type { Scenario } from './scenarios.ts';

/** The configuration of these scenarios. One owner may have both slots. */
export const TWO_SLOTS = { transcoding: { jobsAtOnce: 2, jobsAtOncePerOwner: 2 } };

/** What happens to uploads that find no free slot. The fixture has `TWO_SLOTS`. */
export const ADMISSION_SCENARIOS: readonly Scenario[] = [
  { name: 'a burst of one owner, and the upload of another', run: burst },
  { name: 'cancelled while it waits for a slot', run: cancelledWaiting },
  { name: 'a slot that becomes free between two requests', run: freeMeanwhile },
  { name: 'the end of a job whose event is lost', run: lostEnd },
  { name: 'a job that MediaConvert refuses for its rate', run: refused },
  { name: 'an execution that is stopped while it waits for a slot', run: stopped },
  { name: 'a start that does not reach the execution', run: lostStart },
];

/** The newcomer is served in the first round, and each owner's uploads in their order. */
async function burst(fixture: Fixture): Promise<void> {
  await holdSlots(fixture);
  const ofA: string[] = [];
  for (let count = 0; count < 4; count += 1) ofA.push((await waitingUpload(fixture)).uploadId);
  const other = await as(fixture, 'uploader-b');
  const ofB = (await waitingUpload(other)).uploadId;
  const seen = await fixture.api.get(ofA[3] ?? '');
  check('what the owner sees', seen.upload.progress.queue?.waiting, true);
  nextRun(fixture);
  const ends: UploadItem[] = [];
  for (const id of [...ofA, ofB]) ends.push(await endOf(fixture, id, 'ready'));
  const order = [...ends]
    .sort((a, b) => ((a.slotAt ?? '') < (b.slotAt ?? '') ? -1 : 1))
    .map(({ uploadId }) => uploadId);
  const own = order.filter((id) => id !== ofB);
  check('the order of the owner’s uploads', own, ofA);
  if (order.indexOf(ofB) > 1) throw new Error(`The newcomer was number ${order.indexOf(ofB) + 1}.`);
  await nobodyWaits(fixture);
  const { averageSeconds = 0 } = await slotsOf(fixture);
  if (averageSeconds < 1) throw new Error('The average of the jobs is missing.');
}

async function cancelledWaiting(fixture: Fixture): Promise<void> {
  await holdSlots(fixture);
  await fixture.table.send(
    new UpdateCommand({
      TableName: fixture.hosted.table,
      Key: { ...SLOTS_KEY },
      UpdateExpression: 'SET averageSeconds = :average',
      ExpressionAttributeValues: { ':average': 60 },
    }),
  );
  const first = await waitingUpload(fixture);
  const second = await waitingUpload(fixture);
  const { upload } = await fixture.api.get(second.uploadId);
  // One upload is in front, and two slots take a minute each.
  check('the wait', upload.progress.queue, { waiting: true, estimatedSeconds: 60 });
  await fixture.api.cancel(first.uploadId);
  check('its entry', (await itemOf(fixture, first.uploadId)).queueKey, undefined);
  await fixture.api.cancel(second.uploadId);
  await nobodyWaits(fixture);
  await freeSlots(fixture);
}

/** The function looks again, after it has put the upload into the queue. */
async function freeMeanwhile(fixture: Fixture): Promise<void> {
  await holdSlots(fixture);
  fixture.once(
    ({ service, request }) => service === 'lambda' && request.body.includes('"attempt"'),
    async (next) => {
      await freeSlots(fixture);
      return next();
    },
  );
  const { id } = await uploadFilm(fixture);
  const { slotAt } = await endOf(fixture, id, 'ready');
  if (slotAt === undefined) throw new Error(`Upload ${id} has not waited.`);
}

async function lostEnd(fixture: Fixture): Promise<void> {
  const { id } = await uploadFilm(fixture);
  await endOf(fixture, id, 'ready');
  await untilNoHolder(fixture);
  // As if the event of its job had not arrived.
  await holdSlots(fixture, [id, 'held']);
  const waiting = await waitingUpload(fixture);
  nextRun(fixture);
  await endOf(fixture, waiting.uploadId, 'ready');
  await untilNoHolder(fixture);
}

async function refused(fixture: Fixture): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    fixture.once(
      ({ service, request }) => service === 'mediaconvert' && request.method === 'POST',
      () => {
        throw new AwsError('TooManyRequestsException', 'Too Many Requests', 429);
      },
    );
  }
  const { id } = await uploadFilm(fixture);
  const { status } = await eventually(`${id} to wait`, async () => {
    const item = await itemOf(fixture, id);
    return item.queueKey === undefined ? undefined : item;
  });
  check('the status', status, 'transcoding');
  check('the holders', (await slotsOf(fixture)).holders, []);
  // The functions have the machine's clock: the pause would last for a minute.
  await fixture.table.send(
    new UpdateCommand({
      TableName: fixture.hosted.table,
      Key: { ...SLOTS_KEY },
      UpdateExpression: 'SET pausedUntil = :past',
      ConditionExpression: 'pausedUntil > :now',
      ExpressionAttributeValues: {
        ':past': new Date(Date.now() - PAUSE_MS).toISOString(),
        ':now': new Date().toISOString(),
      },
    }),
  );
  nextRun(fixture);
  await endOf(fixture, id, 'ready');
}

async function stopped(fixture: Fixture): Promise<void> {
  await holdSlots(fixture);
  const first = await waitingUpload(fixture);
  const second = await waitingUpload(fixture);
  await fixture.states.send(new StopExecutionCommand({ executionArn: first.execution }));
  nextRun(fixture);
  await endOf(fixture, second.uploadId, 'ready');
  await untilNoHolder(fixture);
  const { status, queueKey } = await itemOf(fixture, first.uploadId);
  check('the upload whose execution was stopped', [status, queueKey], ['transcoding', undefined]);
  await fixture.api.cancel(first.uploadId);
}

/** The function ends between its write and the request to Step Functions; the reconciler finds the upload later. */
async function lostStart(fixture: Fixture): Promise<void> {
  await holdSlots(fixture);
  const { uploadId } = await waitingUpload(fixture);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    fixture.once(
      ({ operation }) => operation === 'SendTaskSuccess',
      () => {
        throw new AwsError('InternalError', 'The response was lost.', 500);
      },
    );
  }
  nextRun(fixture);
  await eventually(`${uploadId} to have a slot`, async () =>
    (await itemOf(fixture, uploadId)).slotAt === undefined ? undefined : true,
  );
  await fixture.table.send(
    new UpdateCommand({
      TableName: fixture.hosted.table,
      Key: { pk: `UPLOAD#${uploadId}`, sk: 'UPLOAD' },
      UpdateExpression: 'SET updatedAt = :earlier',
      ExpressionAttributeValues: { ':earlier': new Date(Date.now() - 1_200_000).toISOString() },
    }),
  );
  nextRun(fixture);
  await endOf(fixture, uploadId, 'ready');
}

/** The same cloud as another account. */
async function as(fixture: Fixture, username: string): Promise<Fixture> {
  const token = await accessToken(fixture.hosted, username);
  const api = uploadsApi({ api: fixture.hosted.api, getToken: () => token, attempts: 1 });
  return { ...fixture, token, api };
}

/** An upload that has reached the queue. */
async function waitingUpload(fixture: Fixture): Promise<UploadItem> {
  const { id }: Upload = await uploadFilm(fixture);
  return eventually(`${id} to wait for a slot`, async () => {
    const item = await itemOf(fixture, id);
    return item.queueKey === undefined ? undefined : item;
  });
}

/** Both slots are taken by uploads that do not exist; the reconciler gives them back. */
async function holdSlots(fixture: Fixture, holders = ['held', 'held, too']): Promise<void> {
  await changeHolders(fixture, 'ADD', holders);
}

async function freeSlots(fixture: Fixture): Promise<void> {
  await changeHolders(fixture, 'DELETE', ['held', 'held, too']);
}

async function changeHolders(
  fixture: Fixture,
  verb: 'ADD' | 'DELETE',
  ids: readonly string[],
): Promise<void> {
  await fixture.table.send(
    new UpdateCommand({
      TableName: fixture.hosted.table,
      Key: { ...SLOTS_KEY },
      UpdateExpression: `${verb} holders :ids`,
      ExpressionAttributeValues: { ':ids': new Set(ids) },
    }),
  );
}

async function slotsOf(fixture: Fixture) {
  const { Item } = await fixture.table.send(
    new GetCommand({
      TableName: fixture.hosted.table,
      Key: { ...SLOTS_KEY },
      ConsistentRead: true,
    }),
  );
  return parseSlots(Item);
}

/** A job's end and the release of its slot are two events. */
async function untilNoHolder(fixture: Fixture): Promise<void> {
  await eventually('every slot to be free', async () =>
    (await slotsOf(fixture)).holders.length === 0 ? true : undefined,
  );
}

/** Neither ring nor queues have an entry. */
async function nobodyWaits(fixture: Fixture): Promise<void> {
  const { Items = [] } = await fixture.table.send(
    new ScanCommand({ TableName: fixture.hosted.table, ConsistentRead: true }),
  );
  const left = Items.filter(({ pk }) => pk === RING || String(pk).startsWith('QUEUE#'));
  check('the entries of ring and queues', left, []);
  check('the owners in the ring', (await slotsOf(fixture)).waitingOwners, 0);
}

function check(what: string, got: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(got, wanted)) return;
  throw new Error(`For ${what}, expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}.`);
}
