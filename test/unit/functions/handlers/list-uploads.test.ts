import { uploadItemKey } from '../../../../core/uploads/records.ts';
import { createHandler } from '../../../../functions/list-uploads.ts';
import { uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

const idOf = (index: number) => `019cb735-1b52-7000-8000-00000000000${index}`;

function withUploads(count: number) {
  const world = handlerWorld();
  for (let index = 0; index < count; index += 1) {
    const uploadId = idOf(index);
    world.table.add(
      uploadIn(index % 2 === 0 ? 'waiting' : 'ready', { ...uploadItemKey(uploadId), uploadId }),
    );
  }
  return { ...world, handler: createHandler(world.ports, world.runtime) };
}

const idsOf = (body: { uploads: { id: string }[] }) => body.uploads.map(({ id }) => id);

describe('GET /v1/uploads', () => {
  it('returns the caller’s uploads, newest first', async () => {
    const { handler } = withUploads(3);
    const { status, body } = await invoke(handler, { query: {} });
    expect([status, idsOf(body)]).toEqual([200, [idOf(2), idOf(1), idOf(0)]]);
    expect(body).not.toHaveProperty('nextCursor');
  });

  it('returns none of another owner', async () => {
    const { handler } = withUploads(3);
    const { body } = await invoke(handler, { query: {}, subject: 'b' });
    expect(body).toEqual({ uploads: [] });
  });

  it('continues at its cursor until nothing is left', async () => {
    const { handler } = withUploads(3);
    const first = await invoke(handler, { query: { limit: '2' } });
    const second = await invoke(handler, { query: { limit: '2', cursor: first.body.nextCursor } });
    expect([idsOf(first.body), idsOf(second.body)]).toEqual([[idOf(2), idOf(1)], [idOf(0)]]);
    expect(second.body).not.toHaveProperty('nextCursor');
  });

  it('filters by status', async () => {
    const { handler } = withUploads(3);
    const { body } = await invoke(handler, { query: { status: 'ready' } });
    expect(idsOf(body)).toEqual([idOf(1)]);
  });

  it('lists cancelled uploads only with includeEnded, and has a cursor of its own for that', async () => {
    const { handler, table } = withUploads(2);
    table.set(idOf(0), { status: 'cancelled', reason: { code: 'cancelled_by_owner' } });
    const query = { includeEnded: 'true', limit: '1' };
    const { body } = await invoke(handler, { query });
    expect(idsOf(body)).toEqual([idOf(1)]);
    expect(idsOf((await invoke(handler, { query: {} })).body)).toEqual([idOf(1)]);
    const cursor = body.nextCursor;
    expect(idsOf((await invoke(handler, { query: { ...query, cursor } })).body)).toEqual([idOf(0)]);
    expect((await invoke(handler, { query: { limit: '1', cursor } })).status).toBe(400);
    expect((await invoke(handler, { query: { includeEnded: 'yes' } })).status).toBe(422);
  });

  it.each([
    ['of another owner', { subject: 'b' }, {}],
    ['of another filter', {}, { status: 'ready' }],
    ['that was made up', {}, { cursor: 'x' }],
  ])('refuses a cursor %s', async (_, sent, query) => {
    const { handler } = withUploads(3);
    const first = await invoke(handler, { query: { limit: '1' } });
    const { status, body } = await invoke(handler, {
      ...sent,
      query: { limit: '1', cursor: first.body.nextCursor, ...query },
    });
    expect([status, body.code]).toEqual([400, 'cursor_invalid']);
  });

  it('refuses an unknown filter', async () => {
    const { handler } = withUploads(0);
    const { status, body } = await invoke(handler, { query: { owner: 'b' } });
    expect([status, body.errors[0].pointer]).toEqual([422, '?owner']);
  });
});
