import { createHandler } from '../../../../functions/create-upload.ts';
import { handlerWorld, invoke } from './invoke.ts';

const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 12_000_000 };

function world() {
  const made = handlerWorld();
  return { ...made, handler: createHandler(made.ports, made.runtime) };
}

describe('POST /v1/uploads', () => {
  it('records the upload for its owner and grants its parts', async () => {
    const { handler, table } = world();
    const { status, body, headers } = await invoke(handler, { path: {}, body: request });
    expect(status).toBe(201);
    expect(headers.location).toBe(`/v1/uploads/${body.upload.id}`);
    expect(body.grant).toMatchObject({ method: 'PUT', partNumbers: [1, 2] });
    expect(table.items.get(body.upload.id)).toMatchObject({
      owner: 'YQ',
      s3UploadId: 's3-upload-1',
    });
  });

  it('returns the same upload for the same Idempotency-Key', async () => {
    const { handler } = world();
    const headers = { 'idempotency-key': 'one' };
    const first = await invoke(handler, { path: {}, body: request, headers });
    const second = await invoke(handler, { path: {}, body: request, headers });
    const other = await invoke(handler, { path: {}, body: request });
    expect(second.body).toEqual(first.body);
    expect(other.body.upload.id).not.toBe(first.body.upload.id);
  });

  it.each([
    ['another type', { contentType: 'text/plain' }, 422, 'content_type_not_allowed'],
    ['an empty file', { size: 0 }, 422, 'empty_file'],
    ['a file that is too large', { size: 50_000_000_001 }, 422, 'file_too_large'],
    ['an unknown field', { color: 'red' }, 422, 'invalid_request'],
    [
      'a redirect to another origin',
      { method: 'post', redirect: 'https://evil.example.com/' },
      422,
      'invalid_request',
    ],
  ])('refuses %s', async (_, more, expected, code) => {
    const { handler, table } = world();
    const { status, body } = await invoke(handler, { path: {}, body: { ...request, ...more } });
    expect([status, body.code]).toEqual([expected, code]);
    expect(table.items.size).toBe(0);
  });

  it('refuses an invalid Idempotency-Key', async () => {
    const { handler } = world();
    const headers = { 'idempotency-key': 'ä' };
    const { body } = await invoke(handler, { path: {}, body: request, headers });
    expect(body.errors).toMatchObject([{ pointer: 'header:idempotency-key' }]);
  });
});
