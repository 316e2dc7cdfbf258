import { defaultBudgets } from '../../../../core/quota/budgets.ts';
import type { UploadItem } from '../../../../core/uploads/records.ts';
import { uploadPolicySchema } from '../../../../core/uploads/upload-policy.ts';
import { recordUpload } from '../../../../functions/use-cases/record-upload.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { NOW, OWNER, SUBJECT } from '../../../kit/ports/upload-fixture.ts';

const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 60 };
const input = { owner: OWNER, subject: SUBJECT, request };
const keyed = { ...input, idempotencyKey: 'key' };

/** Room for 100 bytes and two unfinished uploads. */
const policy = uploadPolicySchema.parse({ quota: { maximumBytes: 100, maximumActiveUploads: 2 } });

const idOf = (outcome: Awaited<ReturnType<typeof recordUpload>>) =>
  outcome.outcome === 'recorded' ? outcome.upload.uploadId : outcome.code;

describe('Recording an upload', () => {
  it('stores it with an id of its own, and reserves its bytes', async () => {
    const { ports, table } = inMemoryPorts(policy);
    const recorded = await recordUpload(ports, input, NOW);
    if (recorded.outcome !== 'recorded') throw new Error(recorded.code);
    expect(recorded.upload).toMatchObject({ ...request, owner: OWNER, status: 'waiting' });
    expect(table.items.get(recorded.upload.uploadId)).toEqual(recorded.upload);
    expect(table.quotas.get(OWNER)).toMatchObject({ reservedBytes: 60, activeUploads: 1 });
  });

  it('follows the caller’s plan of parts', async () => {
    const { ports } = inMemoryPorts(policy);
    const plan = { size: 60, partSize: 20, partCount: 3 };
    expect(await recordUpload(ports, { ...input, plan }, NOW)).toMatchObject({
      upload: { partSize: 20, partCount: 3 },
    });
  });

  it('refuses what the policy forbids before it reads anything', async () => {
    const { ports, calls } = inMemoryPorts(policy);
    const empty = { ...keyed, request: { ...request, size: 0 } };
    expect(await recordUpload(ports, empty, NOW)).toMatchObject({ code: 'empty_file' });
    expect(calls.made).toEqual([]);
  });

  it('reports several problems as one invalid request', async () => {
    const { ports } = inMemoryPorts(policy);
    const wrong = { ...input, request: { fileName: '', contentType: 'x/y', size: 1 } };
    expect(await recordUpload(ports, wrong, NOW)).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/fileName' }, { pointer: '/contentType' }],
    });
  });

  it('refuses a file that exceeds the whole quota, without a write', async () => {
    const { ports, calls } = inMemoryPorts(policy);
    const large = { ...input, request: { ...request, size: 101 } };
    expect(await recordUpload(ports, large, NOW)).toEqual({
      outcome: 'refused',
      code: 'quota_bytes_exceeded',
      detail: '0 of 100 bytes are in use; the file has 101.',
    });
    expect(calls.made).toEqual(['reservations.getDay', 'reservations.getQuota']);
  });

  it('refuses a file for which the quota has no room left', async () => {
    const { ports } = inMemoryPorts(policy);
    await recordUpload(ports, input, NOW);
    expect(await recordUpload(ports, input, NOW)).toMatchObject({
      code: 'quota_bytes_exceeded',
      detail: expect.any(String),
    });
  });

  it('refuses one unfinished upload too many', async () => {
    const { ports } = inMemoryPorts(policy);
    const small = { ...input, request: { ...request, size: 1 } };
    await recordUpload(ports, small, NOW);
    await recordUpload(ports, small, NOW);
    expect(await recordUpload(ports, small, NOW)).toMatchObject({ code: 'quota_uploads_exceeded' });
  });

  it('is a conflict where the quota has room again', async () => {
    const { ports, table, calls } = inMemoryPorts(policy);
    await recordUpload(ports, input, NOW);
    calls.before('reservations.getQuota', () => table.quotas.clear());
    expect(await recordUpload(ports, input, NOW)).toEqual({ outcome: 'refused', code: 'conflict' });
  });
});

describe('The uploads of a day', () => {
  const small = { ...input, request: { ...request, size: 1 } };
  const world = (uploadsPerDay: number) => {
    const made = inMemoryPorts();
    return { ...made, ports: { ...made.ports, budgets: { ...defaultBudgets, uploadsPerDay } } };
  };

  it('are limited, also after they were deleted', async () => {
    const { ports, table } = world(2);
    for (const _ of [1, 2]) {
      const id = idOf(await recordUpload(ports, small, NOW));
      await ports.uploads.returnQuota({ uploadId: id } as UploadItem, 'reserved');
    }
    expect(await recordUpload(ports, small, NOW)).toMatchObject({
      outcome: 'refused',
      code: 'daily_uploads_exceeded',
      detail: expect.stringContaining('2 of 2 uploads of 2026-03-04 are used'),
      retryAfterSeconds: 68_033,
    });
    expect(table.items.size).toBe(2);
    expect(table.quotas.get(OWNER)).toMatchObject({ totalBytes: 0 });
  });

  it('begin again the next day', async () => {
    const { ports } = world(1);
    await recordUpload(ports, small, NOW);
    const tomorrow = await recordUpload(ports, small, NOW + 24 * 3_600_000);
    expect(tomorrow.outcome).toBe('recorded');
  });

  it('are none where none are allowed, without a write', async () => {
    const { ports, calls } = world(0);
    expect(await recordUpload(ports, small, NOW)).toMatchObject({ code: 'daily_uploads_exceeded' });
    expect(calls.made).toEqual(['reservations.getDay']);
  });

  it('are not used up by the same idempotency key again', async () => {
    const { ports } = world(1);
    const first = await recordUpload(ports, keyed, NOW);
    expect(await recordUpload(ports, keyed, NOW)).toEqual(first);
  });
});

it('Metadata over the budget is refused with its size', async () => {
  const made = inMemoryPorts();
  const ports = { ...made.ports, budgets: { ...defaultBudgets, metadataBytes: 3 } };
  const noted = { ...input, request: { ...request, metadata: { ab: 'cd' } } };
  expect(await recordUpload(ports, noted, NOW)).toMatchObject({
    code: 'invalid_request',
    errors: [{ pointer: '/metadata', detail: expect.stringContaining('at most 3 bytes') }],
  });
});

describe('An idempotency key', () => {
  it('returns the upload that was recorded with it, which reserves no more', async () => {
    const { ports, table } = inMemoryPorts(policy);
    const first = await recordUpload(ports, keyed, NOW);
    const second = await recordUpload(ports, keyed, NOW + 1);
    expect(second).toEqual(first);
    expect(table.quotas.get(OWNER)).toMatchObject({ reservedBytes: 60, activeUploads: 1 });
  });

  it('of another owner has no effect', async () => {
    const { ports } = inMemoryPorts(policy);
    const first = await recordUpload(ports, keyed, NOW);
    const other = await recordUpload(ports, { ...keyed, owner: 'Yg' }, NOW);
    expect(idOf(other)).not.toBe(idOf(first));
  });

  it('expires after 24 hours', async () => {
    const { ports, table } = inMemoryPorts(policy);
    const first = await recordUpload(ports, keyed, NOW);
    table.quotas.clear();
    const day = 24 * 60 * 60 * 1000;
    expect(idOf(await recordUpload(ports, keyed, NOW + day - 1_000))).toBe(idOf(first));
    expect(idOf(await recordUpload(ports, keyed, NOW + day))).not.toBe(idOf(first));
  });

  it('is refused for another request', async () => {
    const { ports } = inMemoryPorts(policy);
    await recordUpload(ports, keyed, NOW);
    const other = { ...keyed, request: { ...request, size: 2 } };
    expect(await recordUpload(ports, other, NOW)).toMatchObject({ code: 'idempotency_key_reused' });
  });

  it.each([
    ['no longer exists', undefined, 'upload_gone'],
    ['was cancelled', { status: 'cancelled', reason: { code: 'x' } }, 'status_conflict'],
    ['expired', { status: 'expired', reason: { code: 'x' } }, 'upload_expired'],
  ])('is refused where its upload %s', async (_, changes, code) => {
    const { ports, table } = inMemoryPorts(policy);
    const id = idOf(await recordUpload(ports, keyed, NOW));
    if (changes) table.set(id, changes);
    else table.items.delete(id);
    expect(await recordUpload(ports, keyed, NOW)).toMatchObject({ code });
  });

  it('records one upload for two concurrent requests, even if that uses up the quota', async () => {
    const { ports, calls, table } = inMemoryPorts(policy);
    let winner: unknown;
    calls.before('reservations.reserve', async () => {
      winner = await recordUpload(ports, keyed, NOW);
    });
    expect(await recordUpload(ports, keyed, NOW)).toEqual(winner);
    expect(table.items.size).toBe(1);
  });
});
