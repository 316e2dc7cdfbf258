import { signParts, signUpload } from '../../../../functions/use-cases/sign-parts.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { minutesAgo, NOW, OWNER, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const reference = { owner: OWNER, uploadId: UPLOAD_ID };

function waiting(more: object = {}) {
  const made = inMemoryPorts();
  made.table.add(
    uploadIn('waiting', { s3UploadId: 's3', partCount: 5, partSize: 2_400_000, ...more }),
  );
  return made;
}

const both = [
  ['signing an upload', signUpload],
  ['signing parts', signParts],
] as const;

describe.each(both)('By %s', (_, run) => {
  it('every part is granted', async () => {
    const { ports } = waiting();
    const signed = await run(ports, reference, NOW);
    expect(signed).toMatchObject({ outcome: 'signed', grant: { partNumbers: [1, 2, 3, 4, 5] } });
    expect(signed).not.toHaveProperty('nextOffset');
  });

  it('the named parts are granted, in their order', async () => {
    const { ports } = waiting();
    expect(await run(ports, { ...reference, partNumbers: [4, 2] }, NOW)).toMatchObject({
      grant: { partNumbers: [4, 2] },
    });
  });

  it.each([
    [0, 2, [1, 2], 2],
    [2, 2, [3, 4], 4],
    [4, 2, [5], undefined],
    [3, 2, [4, 5], undefined],
  ])('a page after %i of %i parts is granted', async (offset, limit, partNumbers, nextOffset) => {
    const { ports } = waiting();
    const signed = await run(ports, { ...reference, page: { offset, limit } }, NOW);
    expect(signed).toMatchObject({ grant: { partNumbers } });
    expect('nextOffset' in signed ? signed.nextOffset : undefined).toBe(nextOffset);
  });

  it('pages run over the named parts', async () => {
    const { ports } = waiting();
    const input = { ...reference, partNumbers: [5, 3, 1], page: { offset: 1, limit: 1 } };
    expect(await run(ports, input, NOW)).toMatchObject({
      grant: { partNumbers: [3] },
      nextOffset: 2,
    });
  });

  it('a page after the last part is refused before anything is signed', async () => {
    const { ports, signed } = waiting();
    const page = { offset: 5, limit: 1 };
    expect(await run(ports, { ...reference, page }, NOW)).toMatchObject({ code: 'cursor_invalid' });
    expect(signed).toEqual([]);
  });

  it('parts that are not planned are named in ascending order', async () => {
    const { ports } = waiting();
    expect(await run(ports, { ...reference, partNumbers: [7, 5, 6] }, NOW)).toEqual({
      outcome: 'refused',
      code: 'parts_not_planned',
      detail: 'The upload has parts 1 to 5.',
      parts: [6, 7],
    });
  });

  it('an upload begins in S3 that has not yet', async () => {
    const { ports, table } = waiting({ s3UploadId: undefined });
    expect(await run(ports, reference, NOW)).toMatchObject({
      upload: { s3UploadId: 's3-upload-1' },
    });
    expect(table.items.get(UPLOAD_ID)?.s3UploadId).toBe('s3-upload-1');
  });

  it('an upload that is cancelled meanwhile is refused', async () => {
    const { ports, table, calls } = waiting({ s3UploadId: undefined });
    calls.before('uploads.recordMultipartUpload', () => {
      table.set(UPLOAD_ID, { status: 'cancelled', reason: { code: 'x' } });
    });
    expect(await run(ports, reference, NOW)).toMatchObject({ code: 'status_conflict' });
  });

  it.each([
    ['of another owner', { owner: 'Yg' }, 'upload_not_found'],
    ['with another key', { objectKey: 'other' }, 'upload_not_found'],
    ['whose deadline is now', { deadline: minutesAgo(0) }, 'upload_expired'],
    ['that was cancelled', { status: 'cancelled', reason: { code: 'x' } }, 'status_conflict'],
  ])('an upload %s is refused', async (name, more, code) => {
    const { ports } = waiting(name === 'with another key' ? {} : more);
    const input = name === 'with another key' ? { ...reference, ...more } : reference;
    expect(await run(ports, input, NOW)).toMatchObject({ outcome: 'refused', code });
  });
});

describe('A file that is sent in one request', () => {
  it('gets its request signed', async () => {
    const { ports } = waiting({ method: 'put' });
    expect(await signUpload(ports, reference, NOW)).toMatchObject({
      outcome: 'signed_request',
      grant: { method: 'PUT', size: 12_000_000 },
    });
  });

  it.each([{ partNumbers: [1] }, { page: { offset: 0, limit: 1 } }])(
    'is refused with %j',
    async (more) => {
      const { ports } = waiting({ method: 'post' });
      expect(await signUpload(ports, { ...reference, ...more }, NOW)).toMatchObject({
        code: 'not_in_parts',
      });
    },
  );

  it('has no parts to sign', async () => {
    const { ports } = waiting({ method: 'put' });
    expect(await signParts(ports, reference, NOW)).toMatchObject({ code: 'not_in_parts' });
  });
});
