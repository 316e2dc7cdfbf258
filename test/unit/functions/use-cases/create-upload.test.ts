import { TransientError } from '../../../../core/transient-error.ts';
import { beginMultipart } from '../../../../functions/use-cases/begin-multipart.ts';
import { createUpload } from '../../../../functions/use-cases/create-upload.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import {
  minutesAgo,
  NOW,
  OWNER,
  SUBJECT,
  UPLOAD_ID,
  uploadIn,
} from '../../../kit/ports/upload-fixture.ts';

const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 12_000_000 };
const input = { owner: OWNER, subject: SUBJECT, request };

describe('Creating an upload', () => {
  it('in parts begins it in S3 and grants every part', async () => {
    const { ports, signed, storage } = inMemoryPorts();
    const created = await createUpload(ports, input, NOW);
    expect(created).toMatchObject({
      outcome: 'created',
      upload: { s3UploadId: 's3-upload-1' },
      grant: { partNumbers: [1, 2] },
    });
    expect([...storage.multiparts.keys()]).toEqual(['s3-upload-1']);
    expect(signed).toEqual([{ kind: 'parts', enoughSeconds: 1_800, now: NOW }]);
  });

  it.each([
    ['put', 'object', 1_800],
    ['post', 'form', 450],
  ] as const)(
    'with method %s grants one request, signed by the role for that',
    async (method, kind, enoughSeconds) => {
      const { ports, signed, calls } = inMemoryPorts();
      const created = await createUpload(ports, { ...input, request: { ...request, method } }, NOW);
      expect(created).toMatchObject({ outcome: 'created', grant: { size: 12_000_000 } });
      expect(signed).toEqual([{ kind, enoughSeconds, now: NOW }]);
      expect(calls.made).not.toContain('multipart.create');
    },
  );

  it('signs a form for 15 minutes at most, and for its own key and bucket', async () => {
    const { ports } = inMemoryPorts();
    const form = { ...request, method: 'post', redirect: 'https://app.example.com/done' } as const;
    const created = await createUpload(ports, { ...input, request: form }, NOW);
    if (created.outcome !== 'created' || !('fields' in created.grant)) throw new Error('no form');
    expect(created.grant.expiresAt).toBe(`${minutesAgo(-15).slice(0, 19)}.000Z`);
    expect(created.grant.fields).toMatchObject({
      bucket: 'sources',
      key: `forms/${OWNER}/${created.upload.uploadId}/source`,
      'content-type': 'video/mp4',
      success_action_redirect: 'https://app.example.com/done',
    });
  });

  it('signs for the lifetime of the policy', async () => {
    const made = inMemoryPorts();
    const ports = { ...made.ports, policy: { ...made.ports.policy, grantLifetimeSeconds: 60 } };
    const methods = [undefined, 'put', 'post'] as const;
    for (const method of methods) {
      const created = await createUpload(ports, { ...input, request: { ...request, method } }, NOW);
      if (created.outcome !== 'created') throw new Error(created.code);
      expect(created.grant.expiresAt).toBe(`${minutesAgo(-1).slice(0, 19)}.000Z`);
    }
    expect(made.signed.map(({ enoughSeconds }) => enoughSeconds)).toEqual([30, 30, 30]);
  });

  it.each([
    [
      'a redirect elsewhere',
      { method: 'post', redirect: 'https://x.example.com' },
      'invalid_request',
    ],
    ['what the policy forbids', { size: 0 }, 'empty_file'],
  ])('refuses %s and stores nothing', async (_, more, code) => {
    const { ports, table, calls } = inMemoryPorts();
    const refused = await createUpload(
      ports,
      { ...input, request: { ...request, ...more } as never },
      NOW,
    );
    expect(refused).toMatchObject({ outcome: 'refused', code });
    expect([table.items.size, calls.made]).toEqual([0, []]);
  });

  it('refuses where the upload is cancelled meanwhile', async () => {
    const { ports, table, calls } = inMemoryPorts();
    calls.before('uploads.recordMultipartUpload', () => {
      for (const id of table.items.keys()) {
        table.set(id, { status: 'cancelled', reason: { code: 'cancelled_by_owner' } });
      }
    });
    expect(await createUpload(ports, input, NOW)).toMatchObject({ code: 'status_conflict' });
  });
});

describe('Beginning an upload in S3', () => {
  it('does nothing for one that has begun', async () => {
    const { ports, calls } = inMemoryPorts();
    const upload = uploadIn('waiting', { s3UploadId: 's3' });
    expect(await beginMultipart(ports, upload, NOW)).toEqual({ outcome: 'begun', upload });
    expect(calls.made).toEqual([]);
  });

  it('records S3’s id', async () => {
    const { ports, table } = inMemoryPorts();
    const item = table.add(uploadIn('waiting'));
    const upload = { ...item, s3UploadId: 's3-upload-1', updatedAt: minutesAgo(0) };
    expect(await beginMultipart(ports, item, NOW)).toEqual({ outcome: 'begun', upload });
    expect(table.items.get(UPLOAD_ID)).toEqual(upload);
  });

  it('of two concurrent calls aborts one, and both have the other’s', async () => {
    const { ports, table, calls, storage } = inMemoryPorts();
    const item = table.add(uploadIn('waiting'));
    let first: unknown;
    calls.before('uploads.recordMultipartUpload', async () => {
      first = await beginMultipart(ports, item, NOW);
    });
    const second = await beginMultipart(ports, item, NOW);
    expect(second).toEqual(first);
    expect([...storage.multiparts.keys()]).toEqual(['s3-upload-2']);
  });

  it('keeps what a write with a lost response has recorded', async () => {
    const { ports, table, calls, storage } = inMemoryPorts();
    const item = table.add(uploadIn('waiting'));
    calls.before('uploads.recordMultipartUpload', () => {
      table.set(UPLOAD_ID, { s3UploadId: 's3-upload-1' });
    });
    expect(await beginMultipart(ports, item, NOW)).toMatchObject({
      outcome: 'begun',
      upload: { s3UploadId: 's3-upload-1' },
    });
    expect(storage.multiparts.size).toBe(1);
  });

  it.each([
    ['is gone', undefined, 'upload_gone'],
    ['was cancelled', { status: 'cancelled', reason: { code: 'x' } }, 'status_conflict'],
    ['expired', { status: 'expired', reason: { code: 'x' } }, 'upload_expired'],
  ])('refuses an upload that %s meanwhile, and aborts', async (_, changes, code) => {
    const { ports, table, calls, storage } = inMemoryPorts();
    const item = table.add(uploadIn('waiting'));
    calls.before('uploads.recordMultipartUpload', () => {
      if (changes) table.set(UPLOAD_ID, changes);
      else table.items.clear();
    });
    expect(await beginMultipart(ports, item, NOW)).toMatchObject({ outcome: 'refused', code });
    expect(storage.multiparts.size).toBe(0);
  });

  it('is a conflict where the record has no id and takes none', async () => {
    const { ports, table } = inMemoryPorts();
    const item = table.add(uploadIn('waiting'));
    const uploads = { ...ports.uploads, recordMultipartUpload: async () => false };
    expect(await beginMultipart({ ...ports, uploads }, item, NOW)).toMatchObject({
      code: 'conflict',
    });
  });

  it('passes a transient error on', async () => {
    const { ports, table, calls } = inMemoryPorts();
    const item = table.add(uploadIn('waiting'));
    calls.before('multipart.create', () => {
      throw new TransientError('slow down');
    });
    await expect(beginMultipart(ports, item, NOW)).rejects.toThrow(TransientError);
  });
});
