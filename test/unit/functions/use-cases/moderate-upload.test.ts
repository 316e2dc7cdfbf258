import { statuses } from '../../../../core/contract/lifecycle.ts';
import { removeUpload, restoreUpload } from '../../../../functions/use-cases/moderate-upload.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { NOW, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const moderation = { uploadId: UPLOAD_ID, owner: 'moderator', isModerator: true };
const at = new Date(NOW).toISOString();

function holding(status: (typeof statuses)[number]) {
  const made = inMemoryPorts();
  made.table.add(uploadIn(status));
  const { edge } = made.ports;
  return { ...made, isBlocked: () => made.delivery.values.has(UPLOAD_ID), edge };
}

const BOTH = [
  ['Removing', removeUpload],
  ['Restoring', restoreUpload],
] as const;

describe.each(BOTH)('%s a video', (_, decide) => {
  it.each([
    [
      'is refused to everybody else, whether the upload exists or not',
      { isModerator: false },
      'moderators_only',
    ],
    ['is refused to its owner', { owner: uploadIn('ready').owner }, 'own_upload'],
    ['is refused where there is none', { uploadId: 'absent' }, 'upload_not_found'],
  ])('%s', async (_what, more, code) => {
    const { ports, calls } = holding('ready');
    const outcome = await decide(ports, { ...moderation, ...more }, NOW);
    expect(outcome).toMatchObject({ outcome: 'refused', code });
    expect(calls.made.filter((call) => call !== 'uploads.get')).toEqual([]);
  });

  it('does nothing at the edge where videos are not delivered', async () => {
    const { ports } = holding(decide === removeUpload ? 'ready' : 'removed');
    const outcome = await decide({ ...ports, edge: undefined }, moderation, NOW);
    expect(outcome.outcome).toBe('decided');
  });
});

describe('Removing a video', () => {
  it('ends new tokens first and then the ones in use, and keeps the files', async () => {
    const { ports, table, calls, isBlocked } = holding('ready');
    const outcome = await removeUpload(ports, moderation, NOW);
    expect(outcome).toMatchObject({ outcome: 'decided', upload: { status: 'removed' } });
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      reason: { code: 'removed_by_moderator' },
      statusShard: 'removed#b',
      sequence: 2,
    });
    expect(table.items.get(UPLOAD_ID)?.timeline.at(-1)).toEqual({
      at,
      to: 'removed',
      by: 'moderator',
      why: 'removed_by_moderator',
    });
    expect(isBlocked()).toBe(true);
    expect(calls.made).toEqual(['uploads.get', 'uploads.changeStatus', 'edge.get', 'edge.update']);
  });

  it('completes a call that was interrupted', async () => {
    const { ports, table, isBlocked } = holding('removed');
    expect(await removeUpload(ports, moderation, NOW)).toMatchObject({ outcome: 'decided' });
    expect(isBlocked()).toBe(true);
    expect(table.items.get(UPLOAD_ID)?.timeline).toHaveLength(1);
  });

  it.each(statuses.filter((status) => status !== 'ready' && status !== 'removed'))(
    'is refused for an upload that is %s',
    async (status) => {
      const { ports, isBlocked } = holding(status);
      const outcome = await removeUpload(ports, moderation, NOW);
      expect(outcome).toMatchObject({
        code: 'status_conflict',
        detail: expect.stringContaining(`${status}; expected ready`),
      });
      expect(isBlocked()).toBe(false);
    },
  );

  it('is refused where the owner deletes the video at the same time', async () => {
    const { ports, table, calls } = holding('ready');
    calls.before('uploads.changeStatus', () => {
      table.set(UPLOAD_ID, { status: 'cancelled', reason: { code: 'deleted_by_owner' } });
    });
    expect(await removeUpload(ports, moderation, NOW)).toMatchObject({ code: 'conflict' });
  });
});

describe('Restoring a video', () => {
  it('makes it ready, announces it again, and ends the refusal of tokens', async () => {
    const { ports, table, edge, isBlocked } = holding('removed');
    await edge.update({ put: { [UPLOAD_ID]: 'blocked' } });
    const outcome = await restoreUpload(ports, moderation, NOW);
    expect(outcome).toMatchObject({ outcome: 'decided', upload: { status: 'ready' } });
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      statusShard: 'ready+pendingAnnouncement#b',
      sequence: 2,
    });
    expect(table.items.get(UPLOAD_ID)?.timeline.at(-1)).toMatchObject({
      to: 'ready',
      by: 'moderator',
    });
    expect(isBlocked()).toBe(false);
  });

  it('completes a call that was interrupted', async () => {
    const { ports, edge, isBlocked } = holding('ready');
    await edge.update({ put: { [UPLOAD_ID]: 'blocked' } });
    expect(await restoreUpload(ports, moderation, NOW)).toMatchObject({ outcome: 'decided' });
    expect(isBlocked()).toBe(false);
  });

  it('leaves a video blocked that was removed again at the same time', async () => {
    const { ports, table, edge, calls, isBlocked } = holding('removed');
    await edge.update({ put: { [UPLOAD_ID]: 'blocked' } });
    calls.after('edge.update', () => {
      table.set(UPLOAD_ID, { status: 'removed', reason: { code: 'removed_by_moderator' } });
    });
    await restoreUpload(ports, moderation, NOW);
    expect(isBlocked()).toBe(true);
  });

  it.each(['cancelled', 'rejected', 'transcoding'] as const)(
    'is refused for an upload that is %s',
    async (status) => {
      const { ports } = holding(status);
      expect(await restoreUpload(ports, moderation, NOW)).toMatchObject({
        code: 'status_conflict',
        detail: expect.stringContaining('expected removed'),
      });
    },
  );
});
