import { TransientError } from '../../../../core/transient-error.ts';
import { createHandler } from '../../../../functions/get-upload.ts';
import { PARTS, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

describe('GET /v1/uploads/{id}', () => {
  it('returns the upload, with the bytes that S3 has received', async () => {
    const { ports, table, storage, runtime } = handlerWorld();
    table.add(uploadIn('waiting', { s3UploadId: 's3' }));
    storage.multiparts.set('s3', { key: 'k', parts: PARTS.slice(0, 1) });
    const { status, body } = await invoke(createHandler(ports, runtime));
    expect(status).toBe(200);
    expect(body.upload).toMatchObject({
      id: UPLOAD_ID,
      status: 'waiting',
      awaits: 'parts',
      progress: { receivedBytes: 8_000_000 },
    });
    expect(JSON.stringify(body)).not.toContain('objectKey');
  });

  it('returns an upload that is no longer waiting without asking S3', async () => {
    const { ports, table, runtime, calls } = handlerWorld();
    table.add(uploadIn('ready', { s3UploadId: 's3' }));
    const { body } = await invoke(createHandler(ports, runtime));
    expect(body.upload).toMatchObject({ status: 'ready', playback: { durationSeconds: 12 } });
    expect(calls.made).toEqual(['uploads.get']);
  });

  it.each([
    ['an absent upload', {}],
    ['an upload of another owner', { subject: 'b' }],
    ['a malformed id', { path: { id: 'x' } }],
  ])('responds 404 for %s', async (name, sent) => {
    const { ports, table, runtime } = handlerWorld();
    if (name !== 'an absent upload') table.add(uploadIn('waiting'));
    const { status, body } = await invoke(createHandler(ports, runtime), sent);
    expect([status, body.code]).toEqual([404, 'upload_not_found']);
  });

  it('responds 503 where AWS is unavailable', async () => {
    const { ports, calls, runtime } = handlerWorld();
    calls.before('uploads.get', () => {
      throw new TransientError('throttled');
    });
    const { status, body, headers } = await invoke(createHandler(ports, runtime));
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'unavailable', '1']);
  });
});
