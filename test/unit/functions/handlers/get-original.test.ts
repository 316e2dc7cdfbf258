import { statuses } from '../../../../core/contract/lifecycle.ts';
import { sourceKey } from '../../../../core/uploads/object-keys.ts';
import { createHandler } from '../../../../functions/get-original.ts';
import { NOW, OWNER, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

function world(item: ReturnType<typeof uploadIn>) {
  const { ports, table, runtime, signed } = handlerWorld();
  table.add(item);
  const handler = createHandler({ ...ports, signer: ports.signers }, runtime);
  return { handler, signed };
}

describe('GET /v1/uploads/{id}/original', () => {
  it('signs a download of the source for 15 minutes, as an attachment with the name of the file', async () => {
    const { handler, signed } = world(uploadIn('ready', { fileName: 'a/Übung "1".mp4' }));
    const { status, body } = await invoke(handler);
    expect(status).toBe(200);
    const url = new URL(body.original.url);
    expect(url.pathname).toBe(`/${sourceKey(OWNER, UPLOAD_ID)}`);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    expect(url.searchParams.get('response-content-disposition')).toBe(
      'attachment; filename="_bung _1_.mp4"; filename*=UTF-8\'\'%C3%9Cbung%20%221%22.mp4',
    );
    expect(body.original.expiresAt).toBe(
      new Date(Math.floor(NOW / 1_000) * 1_000 + 900_000).toISOString(),
    );
    expect(signed).toEqual([{ kind: 'original', enoughSeconds: 900, now: NOW }]);
  });

  it('is possible for an upload that has failed with its file', async () => {
    const { handler } = world(uploadIn('failed', { object: { etag: 'e', size: 1 } }));
    expect((await invoke(handler)).status).toBe(200);
  });

  it.each(statuses.filter((status) => status !== 'ready'))(
    'is refused for an upload that is %s',
    async (from) => {
      const { handler, signed } = world(uploadIn(from));
      const { status, body } = await invoke(handler);
      const code = from === 'removed' ? 'removed_by_moderator' : 'status_conflict';
      expect([status, body.code]).toEqual([409, code]);
      expect(signed).toEqual([]);
    },
  );

  it('is refused to another owner', async () => {
    const { handler } = world(uploadIn('ready'));
    const { status } = await invoke(handler, { subject: 'b' });
    expect(status).toBe(404);
  });
});
