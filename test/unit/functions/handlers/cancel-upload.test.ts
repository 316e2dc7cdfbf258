import { createHandler } from '../../../../functions/cancel-upload.ts';
import { minutesAgo, uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

describe('DELETE /v1/uploads/{id}', () => {
  it('cancels the upload and returns it; a second call has the same response', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.countQuota(table.add(uploadIn('waiting')));
    const handler = createHandler(ports, runtime);
    const { status, body } = await invoke(handler);
    expect(status).toBe(200);
    expect(body.upload).toMatchObject({
      status: 'cancelled',
      updatedAt: minutesAgo(0),
      reason: { code: 'cancelled_by_owner' },
    });
    expect((await invoke(handler)).body).toEqual(body);
  });

  it('responds 404 for an upload of another owner, and 409 where the upload is removed meanwhile', async () => {
    const { ports, table, runtime, calls } = handlerWorld();
    table.add(uploadIn('waiting'));
    const handler = createHandler(ports, runtime);
    expect((await invoke(handler, { subject: 'b' })).status).toBe(404);
    calls.before('uploads.changeStatus', () => {
      table.items.clear();
    });
    const { status, body } = await invoke(handler);
    expect([status, body.code]).toEqual([409, 'conflict']);
  });
});
