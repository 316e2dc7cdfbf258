import { TransientError } from '../../../../core/transient-error.ts';
import { acceptForm } from '../../../../functions/use-cases/accept-form.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { minutesAgo, NOW, OWNER, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const KEY = `forms/${OWNER}/${UPLOAD_ID}/source`;
const file = { key: KEY, versionId: 'f1', size: 12_000_000 };

function posted(more: object = {}, staged = file) {
  const made = inMemoryPorts();
  const item = made.table.add(uploadIn('waiting', { method: 'post', ...more }));
  made.storage.staged.set(staged.key, { size: staged.size, etag: '"e"', versionId: 'f1' });
  return { ...made, item };
}

describe('A file that a form has posted', () => {
  it('becomes the source of its upload and is deleted', async () => {
    const { ports, table, storage, item } = posted();
    expect(await acceptForm(ports, file, NOW)).toBe('accepted');
    expect(storage.sources.get(item.objectKey)?.size).toBe(12_000_000);
    expect(storage.staged.size).toBe(0);
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      status: 'uploaded',
      timeline: [...item.timeline, { at: minutesAgo(0), to: 'uploaded', by: 'owner' }],
    });
  });

  it.each(['checksum_differs', 'copied_with_other_checksum'] as const)(
    'fails its upload where the file has another checksum: %s',
    async (copied) => {
      const { ports, table, storage } = posted({ checksum: 'AAAAAAAAAAA=' });
      const stagedFiles = { ...ports.stagedFiles, copyToSource: async () => copied };
      expect(await acceptForm({ ...ports, stagedFiles }, file, NOW)).toBe('refused');
      expect(storage.staged.size).toBe(0);
      expect(table.items.get(UPLOAD_ID)).toMatchObject({
        status: 'failed',
        reason: { code: 'checksum_mismatch' },
      });
    },
  );

  it('is not awaited again by the same event', async () => {
    const { ports, storage } = posted();
    await acceptForm(ports, file, NOW);
    expect(await acceptForm(ports, file, NOW)).toBe('not_awaited');
    expect(storage.sources.size).toBe(1);
  });

  it.each([
    ['no upload has the id', { uploadId: 'x', pk: 'x' }],
    ['the upload is of another owner', { owner: 'Yg' }],
    ['the upload is sent in parts', { method: undefined }],
    ['the upload is sent by PUT', { method: 'put' }],
    ['the upload no longer waits', { status: 'cancelled', reason: { code: 'x' } }],
    ['the size differs', { size: 12_000_001 }],
    ['the deadline has come', { deadline: minutesAgo(0) }],
  ])('is deleted where %s', async (_, more) => {
    const { ports, storage, calls } = posted(more);
    expect(await acceptForm(ports, file, NOW)).toBe('not_awaited');
    expect([storage.staged.size, storage.sources.size]).toEqual([0, 0]);
    expect(calls.made).not.toContain('stagedFiles.copyToSource');
  });

  it('is deleted at a key that no form was made for', async () => {
    const other = { ...file, key: 'forms/x' };
    const { ports, storage, calls } = posted({}, other);
    expect(await acceptForm(ports, other, NOW)).toBe('not_awaited');
    expect(storage.staged.size).toBe(0);
    expect(calls.made).toEqual(['stagedFiles.delete']);
  });

  it('is refused and deleted where the upload has a source', async () => {
    const { ports, table, storage, item } = posted();
    storage.sources.set(item.objectKey, { size: 1, etag: '"first"', versionId: 'v1' });
    expect(await acceptForm(ports, file, NOW)).toBe('refused');
    expect(storage.sources.get(item.objectKey)?.etag).toBe('"first"');
    expect([storage.staged.size, table.items.get(UPLOAD_ID)?.status]).toEqual([0, 'waiting']);
  });

  it('is not awaited where an earlier call has taken it already', async () => {
    const { ports, storage, calls } = posted();
    calls.before('stagedFiles.copyToSource', () => storage.staged.clear());
    expect(await acceptForm(ports, file, NOW)).toBe('not_awaited');
  });

  it('stays for the next attempt where the copy fails', async () => {
    const { ports, storage, calls } = posted();
    calls.before('stagedFiles.copyToSource', () => {
      throw new TransientError('slow down');
    });
    await expect(acceptForm(ports, file, NOW)).rejects.toThrow(TransientError);
    expect(storage.staged.size).toBe(1);
    expect(await acceptForm(ports, file, NOW)).toBe('accepted');
  });

  it('leaves the status of a workflow that was faster', async () => {
    const { ports, table, calls } = posted();
    const { execution, object } = uploadIn('validating');
    calls.before('uploads.changeStatus', () => {
      table.set(UPLOAD_ID, { status: 'validating', execution, object });
    });
    expect(await acceptForm(ports, file, NOW)).toBe('accepted');
    expect(table.items.get(UPLOAD_ID)?.status).toBe('validating');
  });
});
