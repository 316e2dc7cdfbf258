import { createHandler } from '../../../../functions/sign-parts.ts';
import { minutesAgo, uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

function waiting(more: object = {}) {
  const world = handlerWorld();
  world.table.add(uploadIn('waiting', { s3UploadId: 's3', ...more }));
  return { ...world, handler: createHandler(world.ports, world.runtime) };
}

describe('POST /v1/uploads/{id}/grant', () => {
  it('grants every part without a body', async () => {
    const { handler } = waiting();
    const { status, body } = await invoke(handler);
    expect([status, body.grant.partNumbers]).toEqual([200, [1, 2]]);
    expect(body.upload.status).toBe('waiting');
  });

  it('grants the named parts', async () => {
    const { handler } = waiting();
    const { body } = await invoke(handler, { body: { partNumbers: [2] } });
    expect(body.grant.partNumbers).toEqual([2]);
    expect(body.grant.signatures).toHaveLength(1);
  });

  it('grants plain URLs page by page', async () => {
    const { handler } = waiting();
    const first = await invoke(handler, { query: { expand: 'urls', limit: '1' } });
    const cursor = first.body.grant.nextCursor;
    const second = await invoke(handler, { query: { expand: 'urls', limit: '1', cursor } });
    expect(first.body.grant.parts).toMatchObject([{ partNumber: 1, size: 8_000_000, offset: 0 }]);
    expect(second.body.grant.parts).toMatchObject([{ partNumber: 2, size: 4_000_000 }]);
    expect(second.body.grant).not.toHaveProperty('nextCursor');
    expect(second.body.grant).toMatchObject({
      method: 'PUT',
      expiresAt: first.body.grant.expiresAt,
    });
  });

  it('ignores a cursor of a compact grant', async () => {
    const { handler } = waiting();
    const { status } = await invoke(handler, { query: { cursor: 'x' } });
    expect(status).toBe(200);
  });

  it('refuses a cursor of another list of parts', async () => {
    const { handler } = waiting();
    const first = await invoke(handler, { query: { expand: 'urls', limit: '1' } });
    const query = { expand: 'urls', cursor: first.body.grant.nextCursor };
    const { status, body } = await invoke(handler, { query, body: { partNumbers: [1] } });
    expect([status, body.code]).toEqual([400, 'cursor_invalid']);
  });

  it('grants the one request of a file that is sent in one', async () => {
    const { handler } = waiting({ method: 'put' });
    const { body } = await invoke(handler);
    expect(body.grant).toMatchObject({ method: 'PUT', size: 12_000_000 });
  });

  it.each([
    [
      'parts of a file in one request',
      { method: 'put' },
      { body: { partNumbers: [1] } },
      'not_in_parts',
    ],
    ['a part that is not planned', {}, { body: { partNumbers: [3] } }, 'parts_not_planned'],
    ['an upload whose deadline has passed', { deadline: minutesAgo(0) }, {}, 'upload_expired'],
    ['an upload of another owner', {}, { subject: 'b' }, 'upload_not_found'],
  ])('refuses %s', async (_, more, sent, code) => {
    const { handler } = waiting(more);
    expect((await invoke(handler, sent)).body.code).toBe(code);
  });
});
