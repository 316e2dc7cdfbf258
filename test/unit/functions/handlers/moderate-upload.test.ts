import { createHandler as remove } from '../../../../functions/remove-upload.ts';
import { createHandler as restore } from '../../../../functions/restore-upload.ts';
import { uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

const moderator = { subject: 'm', claims: { 'cognito:groups': '[moderators]' } };

describe.each([
  ['remove', remove, 'ready', 'removed'],
  ['restore', restore, 'removed', 'ready'],
] as const)('POST /v1/uploads/{id}/%s', (_, createHandler, from, to) => {
  it(`changes a video from ${from} to ${to}`, async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn(from));
    const { status, body } = await invoke(createHandler(ports, runtime), moderator);
    expect([status, body.upload.status]).toEqual([200, to]);
    expect(body.upload.timeline.at(-1)).toMatchObject({ from, to, by: 'moderator' });
    expect(body.upload.reason?.code).toBe(to === 'removed' ? 'removed_by_moderator' : undefined);
  });

  it('responds 403 to everybody else, whoever owns the upload', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn(from));
    for (const subject of ['a', 'b']) {
      const { status, body } = await invoke(createHandler(ports, runtime), { subject });
      expect([status, body.code]).toEqual([403, 'moderators_only']);
    }
  });
});
