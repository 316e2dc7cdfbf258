import { createHandler } from '../../../../functions/retry-upload.ts';
import { minutesAgo, uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

const { execution, object, media } = uploadIn('transcoding');

describe('POST /v1/uploads/{id}/retry', () => {
  it('responds 202 with the upload as the attempt begins', async () => {
    const { ports, table, storage, runtime } = handlerWorld();
    const item = table.add(uploadIn('failed', { execution, object, media, quota: 'used' }));
    storage.sources.set(item.objectKey, { size: 12_000_000, etag: '"source"', versionId: 'v1' });
    const handler = createHandler(ports, runtime);
    const { status, body } = await invoke(handler);
    expect(status).toBe(202);
    expect(body.upload).toMatchObject({
      status: 'validating',
      attempt: 2,
      updatedAt: minutesAgo(0),
    });
    expect(body.upload).not.toHaveProperty('reason');
  });

  it('responds 409 with the reason why not, and 404 for an upload of another owner', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('failed', { execution, object, attempt: 3 }));
    const handler = createHandler(ports, runtime);
    const { status, body } = await invoke(handler);
    expect([status, body.code]).toEqual([409, 'attempts_used_up']);
    expect((await invoke(handler, { subject: 'b' })).status).toBe(404);
  });
});
