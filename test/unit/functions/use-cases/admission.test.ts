import { PAUSE_MS } from '../../../../core/transcoding/admission.ts';
import { admitUpload } from '../../../../functions/use-cases/admit-upload.ts';
import { endJob } from '../../../../functions/use-cases/end-job.ts';
import { leaveQueue } from '../../../../functions/use-cases/leave-queue.ts';
import { reconcileSlots } from '../../../../functions/use-cases/reconcile-slots.ts';
import { releaseSlot } from '../../../../functions/use-cases/release-slot.ts';
import { startWaitingUploads } from '../../../../functions/use-cases/start-waiting-uploads.ts';
import { AdmissionFixture, idOf, tokenOf } from '../../../kit/ports/admission-fixture.ts';
import { NOW } from '../../../kit/ports/upload-fixture.ts';

/** One slot, which upload 1 of owner A has; uploads 2 and 3 of A and 4 of B are inspected. */
function full(limits = { jobsAtOnce: 1, jobsAtOncePerOwner: 1 }) {
  const fixture = new AdmissionFixture(limits);
  for (const [number, owner] of [
    [1, 'A'],
    [2, 'A'],
    [3, 'A'],
    [4, 'B'],
  ] as const) {
    fixture.add(number, owner);
  }
  fixture.takeAtOnce(1);
  const { admission, table, calls } = fixture.memory;
  return { fixture, ports: fixture.ports, admission, table, calls };
}

describe('An execution that asks for a slot', () => {
  it('gets one at once where one is free', async () => {
    const { fixture, ports, admission } = full({ jobsAtOnce: 2, jobsAtOncePerOwner: 1 });
    expect(await admitUpload(ports, fixture.request(4), NOW)).toBe('queued');
    expect(admission.resumed).toEqual([tokenOf(4)]);
    expect(admission.slots.holders).toEqual([idOf(1), idOf(4)]);
    expect(fixture.item(4)).toMatchObject({
      status: 'transcoding',
      statusShard: 'transcoding#4',
      quota: 'used',
      slotAt: new Date(NOW).toISOString(),
    });
    expect(fixture.item(4).queueKey).toBeUndefined();
  });

  it('waits where none is free: the upload is transcoding, and its bytes are used', async () => {
    const { fixture, ports, admission, table } = full();
    await admitUpload(ports, fixture.request(4), NOW);
    const at = new Date(NOW).toISOString();
    expect(fixture.item(4)).toMatchObject({
      status: 'transcoding',
      statusShard: 'queued#4',
      quota: 'used',
      media: fixture.request(4).media,
      slotToken: tokenOf(4),
      queueKey: `1#${at}#${idOf(4)}`,
      timeline: [expect.anything(), { at, to: 'transcoding', by: 'workflow' }],
    });
    expect(table.quotas.get('B')).toMatchObject({ reservedBytes: 0, activeUploads: 0 });
    expect(admission.resumed).toEqual([]);
    expect([...admission.ring]).toEqual([`000000000000001#${at}#B`]);
    expect(admission.slots.waitingOwners).toBe(1);
  });

  it('after a review keeps its used bytes, and loses the token of the review', async () => {
    const { fixture, ports, table } = full();
    table.moveQuota(idOf(4), 'used');
    table.set(idOf(4), { status: 'in_review', reviewToken: 'r', media: fixture.request(4).media });
    await admitUpload(ports, fixture.request(4), NOW);
    expect(fixture.item(4)).toMatchObject({ status: 'transcoding', quota: 'used' });
    expect(fixture.item(4).reviewToken).toBeUndefined();
  });

  it.each([
    ['has ended', { status: 'cancelled', reason: { code: 'cancelled_by_owner' } }],
    ['belongs to another execution', { execution: 'other' }],
  ])('is superseded where the upload %s', async (_, changes) => {
    const { fixture, ports, table, admission } = full();
    table.set(idOf(4), changes);
    expect(await admitUpload(ports, fixture.request(4), NOW)).toBe('superseded');
    expect(admission.queues.size).toBe(0);
  });

  it('is superseded where there is no such upload', async () => {
    const { fixture, ports } = full();
    expect(await admitUpload(ports, fixture.request(9), NOW)).toBe('superseded');
  });

  it('has one entry, however often the same attempt is handled', async () => {
    const { fixture, ports, admission } = full();
    await admitUpload(ports, fixture.request(4), NOW);
    await admitUpload(ports, fixture.request(4), NOW + 5);
    await Promise.all([
      admitUpload(ports, fixture.request(2), NOW),
      admitUpload(ports, fixture.request(2), NOW),
    ]);
    expect(admission.queues.get('B')?.size).toBe(1);
    expect(admission.queues.get('A')?.size).toBe(1);
    expect([admission.share('A').waitingJobs, admission.share('B').waitingJobs]).toEqual([1, 1]);
  });

  it('keeps its place, with the token of the later attempt, in whatever order attempts arrive', async () => {
    const { fixture, ports } = full();
    await admitUpload(ports, fixture.request(4, 0), NOW);
    const { queueKey } = fixture.item(4);
    await admitUpload(ports, fixture.request(4, 2), NOW + 1);
    await admitUpload(ports, fixture.request(4, 1), NOW + 2);
    expect(fixture.item(4)).toMatchObject({ slotToken: tokenOf(4, 2), queueKey });
  });

  it('after a failure in the queue keeps its entry, with the token of the next attempt', async () => {
    const { fixture, ports, admission, table } = full();
    await admitUpload(ports, fixture.request(2), NOW);
    table.set(idOf(2), { slotToken: undefined, statusShard: 'transcoding#2', attempt: 2 });
    await admitUpload(ports, fixture.request(2, 1), NOW + 1);
    expect(fixture.item(2)).toMatchObject({ statusShard: 'queued#2', slotToken: tokenOf(2, 1) });
    await endJob(ports, fixture.endOf(1), NOW + 2);
    expect(admission.resumed).toEqual([tokenOf(2, 1)]);
  });

  it('that is repeated after the start was lost waits again, in front of the others', async () => {
    const { fixture, ports, admission, calls } = full();
    await admitUpload(ports, fixture.request(2), NOW);
    await admitUpload(ports, fixture.request(3), NOW + 1);
    calls.before('callbacks.resume', () => {
      throw new Error('The connection was reset.');
    });
    await expect(endJob(ports, fixture.endOf(1), NOW)).rejects.toThrow('reset');
    expect(admission.slots.holders).toEqual([idOf(2)]);
    await admitUpload(ports, fixture.request(2, 1), NOW + 2);
    expect(admission.resumed).toEqual([tokenOf(2, 1)]);
    expect(admission.slots.holders).toEqual([idOf(2)]);
    expect(admission.share('A')).toMatchObject({ jobs: [idOf(2)], waitingJobs: 1 });
  });
});

describe('A job that MediaConvert has refused', () => {
  it('gives its slot back and is in front of the owner’s other uploads', async () => {
    const { fixture, ports, admission } = full({ jobsAtOnce: 1, jobsAtOncePerOwner: 1 });
    await admitUpload(ports, fixture.request(2), NOW);
    await admitUpload(ports, fixture.request(1, 0, true), NOW + 1);
    expect(admission.slots.holders).toEqual([]);
    expect(admission.slots.pausedUntil).toBe(new Date(NOW + 1 + PAUSE_MS).toISOString());
    expect(admission.resumed).toEqual([]);
    expect(await startWaitingUploads(ports, NOW + PAUSE_MS)).toBe(0);
    expect(await reconcileSlots(ports, NOW + 1 + PAUSE_MS)).toEqual({ released: 0, admitted: 1 });
    expect(admission.resumed).toEqual([tokenOf(1)]);
  });

  it('has no second timeline entry', async () => {
    const { fixture, ports } = full();
    const { timeline } = fixture.item(1);
    await admitUpload(ports, fixture.request(1, 0, true), NOW);
    expect(fixture.item(1).timeline).toEqual(timeline);
  });
});

describe('The end of a job', () => {
  it.each(['COMPLETE', 'ERROR', 'CANCELED'])('(%s) starts the next upload', async (status) => {
    const { fixture, ports, admission } = full();
    await admitUpload(ports, fixture.request(2), NOW);
    expect(await endJob(ports, fixture.endOf(1, status), NOW)).toBe('released');
    expect(admission.resumed).toEqual([tokenOf(2)]);
    expect(admission.slots.holders).toEqual([idOf(2)]);
  });

  it('delivered twice frees one slot', async () => {
    const { fixture, ports, admission } = full();
    await admitUpload(ports, fixture.request(2), NOW);
    await admitUpload(ports, fixture.request(3), NOW + 1);
    await Promise.all([endJob(ports, fixture.endOf(1), NOW), endJob(ports, fixture.endOf(1), NOW)]);
    expect(admission.resumed).toEqual([tokenOf(2)]);
  });

  it('counts for the average, from the time at which the upload got its slot', async () => {
    const { fixture, ports, admission, table } = full();
    table.set(idOf(1), { slotAt: new Date(NOW - 90_000).toISOString() });
    await endJob(ports, fixture.endOf(1), NOW);
    expect(admission.slots.averageSeconds).toBe(90);
  });

  it('of an earlier attempt does not give back the slot of a later one', async () => {
    const { fixture, ports, admission, table } = full();
    table.set(idOf(1), { attempt: 2 });
    expect(await endJob(ports, fixture.endOf(1), NOW)).toBe('released');
    expect(admission.slots.holders).toEqual([idOf(1)]);
    const { detail, ...event } = fixture.endOf(1);
    const userMetadata = { ...detail.userMetadata, attempt: '2' };
    await endJob(ports, { ...event, detail: { ...detail, userMetadata } }, NOW);
    expect(admission.slots.holders).toEqual([]);
  });

  it('of other software, or without an upload, is ignored', async () => {
    const { fixture, ports, admission } = full();
    expect(await endJob(ports, { source: 'aws.mediaconvert' }, NOW)).toBe('ignored');
    expect(await endJob(ports, fixture.endOf(8), NOW)).toBe('ignored');
    expect(await endJob(ports, fixture.endOf(1, 'PROGRESSING'), NOW)).toBe('ignored');
    expect(admission.slots.holders).toEqual([idOf(1)]);
  });

  it('alternates between owners that wait', async () => {
    const { fixture, ports, admission } = full();
    for (const [index, number] of [2, 3, 4].entries()) {
      await admitUpload(ports, fixture.request(number), NOW + index);
    }
    await endJob(ports, fixture.endOf(1), NOW);
    for (const number of [2, 3, 4]) {
      const running = admission.slots.holders[0] ?? '';
      await endJob(ports, fixture.endOf(Number(running.slice(-1))), NOW + number);
    }
    expect(admission.resumed).toHaveLength(3);
    expect(admission.resumed.indexOf(tokenOf(4))).toBeLessThan(2);
    expect(admission.resumed.indexOf(tokenOf(2))).toBeLessThan(
      admission.resumed.indexOf(tokenOf(3)),
    );
  });
});

describe('Starting uploads that wait', () => {
  it('skips an upload that has ended meanwhile, and takes the next one', async () => {
    const { fixture, ports, admission, table } = full();
    await admitUpload(ports, fixture.request(2), NOW);
    await admitUpload(ports, fixture.request(3), NOW + 1);
    table.set(idOf(2), { status: 'cancelled', reason: { code: 'cancelled_by_owner' } });
    await endJob(ports, fixture.endOf(1), NOW);
    expect(admission.resumed).toEqual([tokenOf(3)]);
    expect(admission.queues.get('A')?.size).toBe(0);
    expect(fixture.item(2).queueKey).toBeUndefined();
  });

  it('gives the slot back where the execution has stopped, and takes the next one', async () => {
    const { fixture, ports, admission } = full();
    await admitUpload(ports, fixture.request(2), NOW);
    await admitUpload(ports, fixture.request(3), NOW + 1);
    admission.waiting.delete(tokenOf(2));
    await endJob(ports, fixture.endOf(1), NOW);
    expect(admission.resumed).toEqual([tokenOf(3)]);
    expect(admission.slots.holders).toEqual([idOf(3)]);
  });

  it('starts nothing with a limit of 0', async () => {
    const fixture = new AdmissionFixture({ jobsAtOnce: 0, jobsAtOncePerOwner: 1 });
    fixture.add(1, 'A');
    expect(fixture.takeAtOnce(1)).toBe(false);
    await admitUpload(fixture.ports, fixture.request(1), NOW);
    expect(await startWaitingUploads(fixture.ports, NOW)).toBe(0);
  });

  it('takes an owner out of the ring whose limit was lowered', async () => {
    const { fixture, ports, admission } = full({ jobsAtOnce: 3, jobsAtOncePerOwner: 2 });
    const paused = new Date(NOW + 60_000).toISOString();
    admission.setSlots({ pausedUntil: paused });
    await admitUpload(ports, fixture.request(2), NOW);
    admission.setSlots({ pausedUntil: undefined });
    const lowered = { ...ports, limits: { jobsAtOnce: 3, jobsAtOncePerOwner: 1 } };
    expect(await startWaitingUploads(lowered, NOW)).toBe(0);
    expect(admission.ring.size).toBe(0);
    await endJob(lowered, fixture.endOf(1), NOW);
    expect(admission.resumed).toEqual([tokenOf(2)]);
  });

  it('gives up where others change the state at every attempt', async () => {
    const { fixture, ports } = full();
    await admitUpload(ports, fixture.request(2), NOW);
    await releaseSlot(ports, fixture.item(1), NOW);
    const admission = { ...ports.admission, change: async () => false };
    await expect(startWaitingUploads({ ...ports, admission }, NOW)).rejects.toThrow(
      'changed by others',
    );
    await expect(admitUpload({ ...ports, admission }, fixture.request(4), NOW)).rejects.toThrow(
      'changed by others',
    );
    await expect(leaveQueue({ ...ports, admission }, fixture.item(2), NOW)).rejects.toThrow(
      'changed by others',
    );
  });
});

describe('An upload that is cancelled while it waits', () => {
  it('leaves queue and ring, once', async () => {
    const { fixture, ports, admission } = full();
    await admitUpload(ports, fixture.request(4), NOW);
    const item = fixture.item(4);
    await leaveQueue(ports, item, NOW);
    await leaveQueue(ports, item, NOW);
    expect(admission.queues.get('B')?.size).toBe(0);
    expect([admission.ring.size, admission.slots.waitingOwners]).toEqual([0, 0]);
    expect(admission.share('B').waitingJobs).toBe(0);
    expect(fixture.item(4).queueKey).toBeUndefined();
  });
});

describe('The reconciler', () => {
  it('gives back slots of uploads that are no longer transcoding', async () => {
    const { fixture, ports, admission, table } = full();
    await admitUpload(ports, fixture.request(2), NOW);
    table.set(idOf(1), { status: 'failed', reason: { code: 'transcode_failed' } });
    expect(await reconcileSlots(ports, NOW)).toEqual({ released: 1, admitted: 1 });
    expect(admission.resumed).toEqual([tokenOf(2)]);
    expect(admission.slots.averageSeconds).toBeUndefined();
    expect(await reconcileSlots(ports, NOW)).toEqual({ released: 0, admitted: 0 });
  });

  it('gives back the slot of an upload that does not exist', async () => {
    const { ports, admission } = full();
    admission.setSlots({ holders: ['gone'] });
    expect(await reconcileSlots(ports, NOW)).toEqual({ released: 1, admitted: 0 });
    expect(admission.slots.holders).toEqual([]);
  });
});
