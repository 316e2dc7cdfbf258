import { createHandler } from '../../../../functions/complete-upload.ts';
import { PARTS, uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

const named = PARTS.map(({ partNumber, etag }) => ({ partNumber, etag }));

function received(parts = PARTS) {
  const world = handlerWorld();
  world.table.add(uploadIn('waiting', { s3UploadId: 's3' }));
  world.storage.multiparts.set('s3', { key: 'k', parts: [...parts] });
  return { ...world, handler: createHandler(world.ports, world.runtime) };
}

describe('POST /v1/uploads/{id}/complete', () => {
  it('combines the parts and returns the upload', async () => {
    const { handler, storage } = received();
    const { status, body } = await invoke(handler, { body: { parts: named } });
    expect([status, body.upload.status]).toEqual([202, 'uploaded']);
    expect([...storage.sources.values()]).toEqual([expect.objectContaining({ size: 12_000_000 })]);
  });

  it('names every part that is missing', async () => {
    const { handler } = received(PARTS.slice(0, 1));
    const { status, body } = await invoke(handler, { body: { parts: named.slice(0, 1) } });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'parts_missing',
      parts: [2],
      errors: [{ pointer: '/parts', code: 'parts_missing' }],
    });
  });

  it('accepts a body of up to 2 MiB', async () => {
    const { handler } = received();
    const padding = 'x'.repeat(100 * 1024);
    const { status } = await invoke(handler, { body: { parts: named, padding } });
    expect(status).toBe(422);
    const tooLong = 'x'.repeat(2 * 1024 * 1024);
    expect((await invoke(handler, { body: { parts: named, padding: tooLong } })).status).toBe(413);
  });

  it.each([
    ['an upload that was cancelled', uploadIn('cancelled'), 'status_conflict'],
    ['an upload that expired', uploadIn('expired'), 'upload_expired'],
    ['a file in one request', uploadIn('waiting', { method: 'post' }), 'not_in_parts'],
  ])('refuses %s', async (_, item, code) => {
    const { ports, table, runtime } = handlerWorld();
    table.add(item);
    const { body } = await invoke(createHandler(ports, runtime), { body: { parts: named } });
    expect(body.code).toBe(code);
  });

  it('does not find an upload of another owner', async () => {
    const { handler } = received();
    const { status } = await invoke(handler, { body: { parts: named }, subject: 'b' });
    expect(status).toBe(404);
  });
});
