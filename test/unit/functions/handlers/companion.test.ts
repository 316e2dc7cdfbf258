import { companionBases, companionRoutes } from '../../../../core/contract/companion-routes.ts';
import { newCapability } from '../../../../core/grants/capability.ts';
import { createHandler } from '../../../../functions/companion.ts';
import {
  NOW,
  OWNER,
  PARTS,
  SUBJECT,
  UPLOAD_ID,
  uploadIn,
} from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

const item = uploadIn('waiting', { s3UploadId: 's3' });
const query = { key: item.objectKey };

/** The route key of an operation, below the base with a token. */
const route = (operation: string, base: string = companionBases.token) => {
  const found = companionRoutes.find((each) => each.operation === operation);
  if (!found) throw new Error(`${operation} is not an operation.`);
  return `${found.method} ${base}${found.path}`;
};

function waiting(parts = PARTS) {
  const world = handlerWorld();
  world.table.countQuota(world.table.add(item));
  world.storage.multiparts.set('s3', { key: item.objectKey, parts: [...parts] });
  return { ...world, handler: createHandler(world.ports, world.runtime) };
}

describe('Companion’s protocol', () => {
  it('creates an upload in parts', async () => {
    const { handler, table } = waiting();
    const { status, body } = await invoke(handler, {
      route: route('create-multipart'),
      path: {},
      body: { filename: 'film.mp4', type: 'video/mp4', metadata: { size: '12000000' } },
    });
    const { objectKey } = table.items.get(body.uploadId) ?? {};
    expect([status, body]).toEqual([
      200,
      { key: objectKey, uploadId: body.uploadId, bucket: 'sources' },
    ]);
  });

  it('creates a form', async () => {
    const { handler } = waiting();
    const { status, body } = await invoke(handler, {
      route: route('form'),
      path: {},
      query: { filename: 'film.mp4', type: 'video/mp4', 'metadata[size]': '12000000' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ method: 'POST', fields: { bucket: 'sources' } });
    expect(body.expires).toBe(899);
  });

  it('lists the parts that S3 has received', async () => {
    const { handler } = waiting();
    const { body } = await invoke(handler, { route: route('list-parts'), query });
    expect(body).toEqual([
      { PartNumber: 1, Size: 8_000_000, ETag: '"one"' },
      { PartNumber: 2, Size: 4_000_000, ETag: '"two"' },
    ]);
  });

  it('signs one part', async () => {
    const { handler } = waiting();
    const path = { id: UPLOAD_ID, partNumber: '2' };
    const { body } = await invoke(handler, { route: route('sign-part'), path, query });
    expect(body).toMatchObject({ method: 'PUT', expires: 3_599 });
    expect(body.url).toContain('partNumber=2&uploadId=s3');
  });

  it('signs several parts', async () => {
    const { handler } = waiting();
    const { body } = await invoke(handler, {
      route: route('sign-batch'),
      query: { ...query, partNumbers: '2,1' },
    });
    expect(Object.keys(body.presignedUrls)).toEqual(['1', '2']);
    expect(body.presignedUrls[1]).toContain('partNumber=1&');
    expect(body.presignedUrls[2]).toContain('partNumber=2&');
  });

  it('completes an upload', async () => {
    const { handler, table } = waiting();
    const { status, body } = await invoke(handler, {
      route: route('complete-multipart'),
      query,
      body: {
        parts: PARTS.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag })),
      },
    });
    expect([status, body]).toEqual([
      200,
      { location: `/v1/uploads/${UPLOAD_ID}`, key: item.objectKey, bucket: 'sources' },
    ]);
    expect(table.items.get(UPLOAD_ID)?.status).toBe('uploaded');
  });

  it('aborts an upload', async () => {
    const { handler, table } = waiting();
    const { status, body } = await invoke(handler, { route: route('abort-multipart'), query });
    expect([status, body]).toEqual([200, {}]);
    expect(table.items.get(UPLOAD_ID)?.status).toBe('cancelled');
  });

  it.each(['list-parts', 'sign-part', 'sign-batch', 'complete-multipart', 'abort-multipart'])(
    'finds no upload by another key or another owner: %s',
    async (operation) => {
      const { handler } = waiting();
      const path = { id: UPLOAD_ID, partNumber: '1' };
      const body =
        operation === 'complete-multipart' ? { parts: [{ PartNumber: 1, ETag: 'e' }] } : undefined;
      const sent = { route: route(operation), path, ...(body && { body }) };
      const numbers = operation === 'sign-batch' ? { partNumbers: '1' } : {};
      const otherKey = await invoke(handler, { ...sent, query: { key: 'other', ...numbers } });
      const otherOwner = await invoke(handler, {
        ...sent,
        query: { ...query, ...numbers },
        subject: 'b',
      });
      expect([otherKey.status, otherOwner.status]).toEqual([404, 404]);
      expect(otherKey.body).toEqual(otherOwner.body);
    },
  );

  it('tells Uppy in `message` what is wrong and what to do', async () => {
    const { handler } = waiting();
    const { status, body } = await invoke(handler, {
      route: route('create-multipart'),
      path: {},
      body: { filename: 'film.mp4', type: 'video/mp4' },
    });
    expect(status).toBe(422);
    expect(body.message).toBe([body.title, body.detail, body.next].join(' '));
  });

  it('refuses a part that the upload does not have', async () => {
    const { handler } = waiting();
    const path = { id: UPLOAD_ID, partNumber: '3' };
    const { body } = await invoke(handler, { route: route('sign-part'), path, query });
    expect(body).toMatchObject({ code: 'parts_not_planned', parts: [3] });
  });

  it('is an error at a route that has no operation', async () => {
    const { handler } = waiting();
    await expect(invoke(handler, { route: 'GET /v1/companion/other' })).rejects.toThrow(
      'GET /v1/companion/other is not an operation.',
    );
  });
});

describe('A capability in the path', () => {
  it('acts for its owner until it expires', async () => {
    const { handler, table } = waiting();
    const caller = { owner: OWNER, subject: SUBJECT };
    const valid = newCapability(caller, new Uint8Array(32).fill(1), NOW, 60);
    const expired = newCapability(caller, new Uint8Array(32).fill(2), NOW - 60_000, 60);
    for (const each of [valid, expired]) table.capabilities.set(each.item.pk, each.item);
    const list = (capability: string) =>
      invoke(handler, {
        route: route('list-parts', companionBases.capability),
        path: { capability, id: UPLOAD_ID },
        query,
        subject: 'b',
      });
    expect((await list(valid.capability)).status).toBe(200);
    expect((await list(expired.capability)).status).toBe(401);
    expect((await list('unknown')).body.code).toBe('unauthenticated');
  });
});
