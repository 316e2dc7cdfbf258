import { completeUpload } from '../../../../functions/use-cases/complete-upload.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import {
  minutesAgo,
  NOW,
  OWNER,
  PARTS,
  UPLOAD_ID,
  uploadIn,
} from '../../../kit/ports/upload-fixture.ts';

const named = PARTS.map(({ partNumber, etag }) => ({ partNumber, etag }));
const input = { owner: OWNER, uploadId: UPLOAD_ID, request: { parts: named } };
const CRC = 'AAAAAAAAAAA=';

function received(more: object = {}, parts = PARTS) {
  const made = inMemoryPorts();
  const item = made.table.add(uploadIn('waiting', { s3UploadId: 's3', ...more }));
  made.storage.multiparts.set('s3', { key: item.objectKey, parts: [...parts] });
  return { ...made, item };
}

describe('Completing an upload', () => {
  it('combines its parts and records that it was uploaded', async () => {
    const { ports, table, storage, item } = received();
    const completed = await completeUpload(ports, input, NOW);
    expect(completed).toEqual({ outcome: 'completed', upload: table.items.get(UPLOAD_ID) });
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      status: 'uploaded',
      updatedAt: minutesAgo(0),
      timeline: [...item.timeline, { at: minutesAgo(0), to: 'uploaded', by: 'owner' }],
    });
    expect(storage.sources.get(item.objectKey)?.size).toBe(12_000_000);
  });

  it('twice has the same outcome, and S3 is called once', async () => {
    const { ports, calls } = received();
    const first = await completeUpload(ports, input, NOW);
    expect(await completeUpload(ports, input, NOW + 1)).toEqual(first);
    expect(calls.made.filter((name) => name === 'multipart.complete')).toHaveLength(1);
  });

  it.each(['validating', 'in_review', 'transcoding', 'ready', 'rejected', 'failed'] as const)(
    'returns an upload that is %s already',
    async (status) => {
      const { ports, table } = inMemoryPorts();
      const upload = table.add(uploadIn(status));
      expect(await completeUpload(ports, input, NOW)).toEqual({ outcome: 'completed', upload });
    },
  );

  it.each([
    ['cancelled', 'status_conflict'],
    ['expired', 'upload_expired'],
  ] as const)('refuses an upload that is %s', async (status, code) => {
    const { ports, table } = inMemoryPorts();
    table.add(uploadIn(status));
    expect(await completeUpload(ports, input, NOW)).toMatchObject({ outcome: 'refused', code });
  });

  it.each([
    ['of another owner', { owner: 'Yg' }, 'upload_not_found'],
    ['that is sent in one request', { method: 'put' }, 'not_in_parts'],
  ])('refuses an upload %s', async (_, more, code) => {
    const { ports } = received(more);
    expect(await completeUpload(ports, input, NOW)).toMatchObject({ outcome: 'refused', code });
  });

  it('refuses an incomplete upload with every problem, and leaves it as it is', async () => {
    const { ports, table, item, calls } = received({}, [
      { partNumber: 1, size: 1, etag: '"other"' },
    ]);
    expect(await completeUpload(ports, input, NOW)).toMatchObject({
      outcome: 'refused',
      code: 'parts_missing',
      parts: [2],
      errors: [
        { pointer: '/parts', code: 'parts_missing' },
        { pointer: '/parts', code: 'part_size_wrong' },
        { pointer: '/parts', code: 'part_etag_mismatch' },
      ],
    });
    expect(table.items.get(UPLOAD_ID)).toEqual(item);
    expect(calls.made).not.toContain('multipart.complete');
  });

  it('refuses an upload that S3 does not know yet as incomplete', async () => {
    const { ports, calls } = received({ s3UploadId: undefined });
    expect(await completeUpload(ports, input, NOW)).toMatchObject({ code: 'parts_missing' });
    expect(calls.made).toEqual(['uploads.get']);
  });

  it('succeeds where an earlier call has combined the parts and its response was lost', async () => {
    const { ports, storage, item } = received();
    storage.multiparts.clear();
    storage.sources.set(item.objectKey, { size: item.size, etag: '"e"', versionId: 'v' });
    expect(await completeUpload(ports, input, NOW)).toMatchObject({ outcome: 'completed' });
  });

  it.each([
    ['no object', undefined],
    ['an object of another size', { size: 1, etag: '"e"', versionId: 'v' }],
  ])('is refused where S3 has no parts and %s', async (_, object) => {
    const { ports, storage, item } = received();
    storage.multiparts.clear();
    if (object) storage.sources.set(item.objectKey, object);
    expect(await completeUpload(ports, input, NOW)).toMatchObject({ code: 'upload_gone' });
  });

  it('succeeds where a concurrent call has combined the parts', async () => {
    const { ports, calls } = received();
    let other: unknown;
    calls.before('multipart.complete', async () => {
      other = await completeUpload(ports, input, NOW);
    });
    expect(await completeUpload(ports, input, NOW)).toEqual(other);
  });

  it('is refused where the parts are deleted before S3 combines them', async () => {
    const { ports, calls, storage } = received();
    calls.before('multipart.complete', () => storage.multiparts.clear());
    expect(await completeUpload(ports, input, NOW)).toMatchObject({ code: 'upload_gone' });
  });

  it.each([
    ['part_invalid', 'conflict'],
    ['conflict', 'completion_conflict'],
    ['size_differs', 'total_size_mismatch'],
  ] as const)('is refused where S3 responds %s', async (response, code) => {
    const { ports, table, item } = received();
    const multipart = { ...ports.multipart, complete: async () => response };
    expect(await completeUpload({ ...ports, multipart }, input, NOW)).toMatchObject({
      outcome: 'refused',
      code,
    });
    expect(table.items.get(UPLOAD_ID)).toEqual(item);
  });

  it('succeeds where the call that S3 preferred has completed it', async () => {
    const { ports, storage, item } = received();
    const multipart = { ...ports.multipart, complete: async () => 'conflict' as const };
    storage.sources.set(item.objectKey, { size: item.size, etag: '"e"', versionId: 'v' });
    expect(await completeUpload({ ...ports, multipart }, input, NOW)).toMatchObject({
      outcome: 'completed',
    });
  });

  it('fails an upload whose checksum S3 has refused, and deletes its parts', async () => {
    const { ports, table, storage } = received();
    const multipart = { ...ports.multipart, complete: async () => 'checksum_differs' as const };
    expect(await completeUpload({ ...ports, multipart }, input, NOW)).toEqual({
      outcome: 'refused',
      code: 'checksum_mismatch',
      detail: 'S3 refused the file.',
    });
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      status: 'failed',
      reason: { code: 'checksum_mismatch', detail: 'S3 refused the file.' },
      statusShard: expect.stringMatching(/^failed\+pendingAnnouncement#/),
    });
    expect(storage.multiparts.size).toBe(0);
  });

  it.each(['waiting', 'uploaded', 'validating'] as const)(
    'fails an upload that S3 has stored with another checksum, also while it is %s',
    async (status) => {
      const { ports, table, calls } = received();
      const multipart = {
        ...ports.multipart,
        complete: async () => 'stored_with_other_checksum' as const,
      };
      calls.before('uploads.changeStatus', () => {
        if (status !== 'waiting') table.set(UPLOAD_ID, { ...uploadIn(status), s3UploadId: 's3' });
      });
      expect(await completeUpload({ ...ports, multipart }, input, NOW)).toEqual({
        outcome: 'refused',
        code: 'checksum_mismatch',
        detail: 'S3 stored the file; its checksum is another one.',
      });
      expect(table.items.get(UPLOAD_ID)).toMatchObject({
        status: 'failed',
        reason: { code: 'checksum_mismatch' },
        statusShard: expect.stringMatching(/^failed\+pendingAnnouncement#/),
      });
    },
  );

  it.each([
    [CRC, 'completed', 'uploaded'],
    ['AAAAAAAAAAQ=', 'refused', 'failed'],
    [undefined, 'completed', 'uploaded'],
  ])(
    'compares the checksum of an object whose completion was not answered: %s',
    async (checksum, outcome, status) => {
      const { ports, storage, item, table } = received();
      storage.multiparts.clear();
      const object = {
        size: item.size,
        etag: '"e"',
        versionId: 'v',
        ...(checksum && { checksum }),
      };
      storage.sources.set(item.objectKey, object);
      const request = { ...input.request, checksum: CRC };
      expect(await completeUpload(ports, { ...input, request }, NOW)).toMatchObject({ outcome });
      expect(table.items.get(UPLOAD_ID)).toMatchObject({ status });
    },
  );

  it('names the expected size where S3 has parts of another total', async () => {
    const { ports } = received();
    const multipart = { ...ports.multipart, complete: async () => 'size_differs' as const };
    expect(await completeUpload({ ...ports, multipart }, input, NOW)).toEqual({
      outcome: 'refused',
      code: 'total_size_mismatch',
      detail: 'Expected 12000000 bytes; the parts in S3 have another total.',
    });
  });

  it('succeeds where S3 still lists the parts of an object that an earlier call has combined', async () => {
    const { ports, storage, item } = received();
    storage.sources.set(item.objectKey, { size: item.size, etag: '"e"', versionId: 'v' });
    expect(await completeUpload(ports, input, NOW)).toMatchObject({ outcome: 'completed' });
  });

  it('returns the status of a workflow that was faster', async () => {
    const { ports, calls, table } = received();
    const { execution, object } = uploadIn('validating');
    calls.before('uploads.changeStatus', () => {
      table.set(UPLOAD_ID, { status: 'validating', execution, object });
    });
    expect(await completeUpload(ports, input, NOW)).toMatchObject({
      outcome: 'completed',
      upload: { status: 'validating' },
    });
  });

  it('is refused where a cancellation was faster', async () => {
    const { ports, calls, table } = received();
    calls.before('uploads.changeStatus', () => {
      table.set(UPLOAD_ID, { status: 'cancelled', reason: { code: 'x' } });
    });
    expect(await completeUpload(ports, input, NOW)).toMatchObject({ code: 'status_conflict' });
  });
});

describe('The checksum of a completion', () => {
  function observed(more: object) {
    const made = received(more);
    const seen: unknown[] = [];
    const complete = async (_: unknown, parts: unknown, checksum: unknown) => {
      seen.push({ parts, checksum });
      return 'completed' as const;
    };
    return { seen, ports: { ...made.ports, multipart: { ...made.ports.multipart, complete } } };
  }

  it.each([
    ['is that of the request', {}, { checksum: CRC }, CRC],
    ['is that of the creation', { checksum: CRC }, {}, CRC],
    ['may be in both', { checksum: CRC }, { checksum: CRC }, CRC],
    ['may be absent', {}, {}, undefined],
  ])('%s', async (_, more, request, checksum) => {
    const { seen, ports } = observed(more);
    await completeUpload(ports, { ...input, request: { ...input.request, ...request } }, NOW);
    expect(seen).toEqual([{ parts: PARTS, checksum }]);
  });

  it('must be the one of the creation', async () => {
    const { seen, ports } = observed({ checksum: CRC });
    const request = { ...input.request, checksum: 'AAAAAAAAAAQ=' };
    expect(await completeUpload(ports, { ...input, request }, NOW)).toEqual({
      outcome: 'refused',
      code: 'checksum_mismatch',
      detail: 'The completion has another checksum than the creation.',
    });
    expect(seen).toEqual([]);
  });
});
