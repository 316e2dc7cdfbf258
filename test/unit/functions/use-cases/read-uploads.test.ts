import { getUpload } from '../../../../functions/use-cases/get-upload.ts';
import { listParts } from '../../../../functions/use-cases/list-parts.ts';
import { listUploads } from '../../../../functions/use-cases/list-uploads.ts';
import { findOwnUpload } from '../../../../functions/use-cases/own-upload.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { OWNER, PARTS, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const reference = { owner: OWNER, uploadId: UPLOAD_ID };

describe('Finding an upload', () => {
  const item = uploadIn('waiting');

  it.each([
    ['its owner', reference, 'found'],
    ['its owner and key', { ...reference, objectKey: item.objectKey }, 'found'],
    ['another owner', { ...reference, owner: 'Yg' }, 'refused'],
    ['another id', { ...reference, uploadId: 'other' }, 'refused'],
    ['another key', { ...reference, objectKey: 'other' }, 'refused'],
  ])('by %s is checked', async (_, named, outcome) => {
    const { ports, table } = inMemoryPorts();
    table.add(item);
    const found = await findOwnUpload(ports.uploads, named);
    expect(found).toMatchObject(
      outcome === 'found' ? { outcome, upload: item } : { outcome, code: 'upload_not_found' },
    );
  });
});

describe('Reading an upload', () => {
  it('sums the bytes that S3 has received while it waits', async () => {
    const { ports, table, storage } = inMemoryPorts();
    const upload = table.add(uploadIn('waiting', { s3UploadId: 's3' }));
    storage.multiparts.set('s3', { key: 'k', parts: PARTS });
    expect(await getUpload(ports, reference)).toEqual({
      outcome: 'found',
      upload,
      receivedBytes: 12_000_000,
    });
  });

  it.each([
    ['has not begun in S3', uploadIn('waiting'), []],
    ['is not waiting', uploadIn('uploaded', { s3UploadId: 's3' }), []],
    ['S3 no longer knows', uploadIn('waiting', { s3UploadId: 's3' }), ['multipart.listParts']],
  ])('has no received bytes for one that %s', async (_, upload, asked) => {
    const { ports, table, calls } = inMemoryPorts();
    table.add(upload);
    expect(await getUpload(ports, reference)).toEqual({ outcome: 'found', upload });
    expect(calls.made).toEqual(['uploads.get', ...asked]);
  });

  it('estimates the wait of one that waits for a slot', async () => {
    const { ports, table, admission } = inMemoryPorts();
    const upload = table.add(uploadIn('transcoding', { queueKey: '1#b' }));
    admission.queues.set(
      OWNER,
      new Map([
        ['1#a', 'other'],
        ['1#b', UPLOAD_ID],
      ]),
    );
    expect(await getUpload(ports, reference)).toEqual({ outcome: 'found', upload });
    admission.setSlots({ averageSeconds: 60 });
    expect(await getUpload(ports, reference)).toMatchObject({ waitSeconds: 120 });
    table.set(UPLOAD_ID, { status: 'failed', reason: { code: 'workflow_failed' } });
    expect(await getUpload(ports, reference)).not.toHaveProperty('waitSeconds');
  });

  it('refuses another owner', async () => {
    const { ports, table } = inMemoryPorts();
    table.add(uploadIn('waiting'));
    expect(await getUpload(ports, { ...reference, owner: 'Yg' })).toMatchObject({
      code: 'upload_not_found',
    });
  });
});

describe('Listing uploads', () => {
  it('passes filter and position on, and returns where the next page starts', async () => {
    const seen: unknown[] = [];
    const list = async (...args: unknown[]) => {
      seen.push(args);
      return { items: [], last: 'x' };
    };
    const query = { limit: 3, after: 'a', status: 'ready' } as const;
    expect(await listUploads({ uploads: { list } }, { owner: OWNER, ...query })).toEqual({
      outcome: 'listed',
      uploads: [],
      last: 'x',
    });
    expect(seen).toEqual([[OWNER, { limit: 3, after: 'a', statuses: ['ready'] }]]);
  });

  it('leaves cancelled and expired uploads out unless they are asked for', async () => {
    const { ports, table } = inMemoryPorts();
    const list = async (query: object) =>
      (await listUploads(ports, { owner: OWNER, limit: 9, ...query })).uploads.length;
    for (const status of ['cancelled', 'expired'] as const) {
      table.add(uploadIn(status));
      expect([await list({}), await list({ includeEnded: true }), await list({ status })]).toEqual([
        0, 1, 1,
      ]);
    }
    for (const status of ['ready', 'rejected', 'failed', 'waiting'] as const) {
      table.add(uploadIn(status));
      expect(await list({})).toBe(1);
    }
  });

  it('has no next page after the last one', async () => {
    const { ports, table } = inMemoryPorts();
    const upload = table.add(uploadIn('ready'));
    expect(await listUploads(ports, { owner: OWNER, limit: 1 })).toEqual({
      outcome: 'listed',
      uploads: [upload],
    });
  });
});

describe('Listing parts', () => {
  it('names parts, bytes and what is missing, in the order of part numbers', async () => {
    const { ports, table, storage } = inMemoryPorts();
    table.add(uploadIn('waiting', { s3UploadId: 's3', partCount: 4 }));
    storage.multiparts.set('s3', { key: 'k', parts: PARTS.slice(1) });
    expect(await listParts(ports, reference)).toEqual({
      outcome: 'listed',
      parts: PARTS.slice(1),
      receivedBytes: 4_000_000,
      missing: [1, 3, 4],
    });
  });

  it('is empty for an upload that has not begun in S3, without asking S3', async () => {
    const { ports, table, calls } = inMemoryPorts();
    table.add(uploadIn('waiting'));
    expect(await listParts(ports, reference)).toMatchObject({ parts: [], missing: [1, 2] });
    expect(calls.made).toEqual(['uploads.get']);
  });

  it.each([
    ['of another owner', uploadIn('waiting', { owner: 'Yg' }), 'upload_not_found'],
    ['with a single request', uploadIn('waiting', { method: 'put' }), 'not_in_parts'],
    ['that is not waiting', uploadIn('uploaded', { s3UploadId: 's3' }), 'status_conflict'],
    ['that expired', uploadIn('expired', { s3UploadId: 's3' }), 'upload_expired'],
    ['that S3 no longer knows', uploadIn('waiting', { s3UploadId: 's3' }), 'upload_gone'],
  ])('refuses an upload %s', async (_, item, code) => {
    const { ports, table } = inMemoryPorts();
    table.add(item);
    expect(await listParts(ports, reference)).toMatchObject({ outcome: 'refused', code });
  });
});
