import { createHandler } from '../../../../functions/list-parts.ts';
import { PARTS, uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

describe('GET /v1/uploads/{id}/parts', () => {
  it('returns what S3 has received and what is missing', async () => {
    const { ports, table, storage, runtime } = handlerWorld();
    table.add(uploadIn('waiting', { s3UploadId: 's3' }));
    storage.multiparts.set('s3', { key: 'k', parts: PARTS.slice(1) });
    const { status, body } = await invoke(createHandler(ports, runtime));
    expect([status, body]).toEqual([
      200,
      { parts: PARTS.slice(1), receivedBytes: 4_000_000, missing: [1] },
    ]);
  });

  it('returns no parts for an upload that S3 does not know yet', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('waiting'));
    const { body } = await invoke(createHandler(ports, runtime));
    expect(body).toEqual({ parts: [], receivedBytes: 0, missing: [1, 2] });
  });

  it.each([
    ['no upload', undefined, 404, 'upload_not_found'],
    ['an upload that expired', uploadIn('expired'), 409, 'upload_expired'],
    ['an upload that is ready', uploadIn('ready'), 409, 'status_conflict'],
    ['a file in one request', uploadIn('waiting', { method: 'put' }), 409, 'not_in_parts'],
    ['parts that S3 has deleted', uploadIn('waiting', { s3UploadId: 'x' }), 409, 'upload_gone'],
  ])('refuses %s', async (_, item, expected, code) => {
    const { ports, table, runtime } = handlerWorld();
    if (item) table.add(item);
    const { status, body } = await invoke(createHandler(ports, runtime));
    expect([status, body.code]).toEqual([expected, code]);
  });
});
