import { defaultBudgets } from '../../../../core/quota/budgets.ts';
import { TransientError } from '../../../../core/transient-error.ts';
import { createCompanionSession } from '../../../../functions/use-cases/create-companion-session.ts';
import {
  createCompanionForm,
  createCompanionMultipart,
} from '../../../../functions/use-cases/create-companion-upload.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { NOW, OWNER, SUBJECT } from '../../../kit/ports/upload-fixture.ts';

const input = {
  owner: OWNER,
  subject: SUBJECT,
  request: {
    filename: 'film.mp4',
    type: 'video/mp4',
    metadata: { size: 12_000_000, title: 'Sea' },
  },
};

const both = [
  ['an upload in parts', createCompanionMultipart, 'multipart.create'],
  ['a form', createCompanionForm, 'signers.signing'],
] as const;

describe.each(both)('A request of Companion for %s', (_, create, step) => {
  it('without a size is refused, and nothing is stored', async () => {
    const { ports, table } = inMemoryPorts();
    const request = { ...input.request, metadata: {} };
    expect(await create(ports, { ...input, request }, NOW)).toMatchObject({
      outcome: 'refused',
      code: 'invalid_request',
      errors: [{ pointer: '/metadata/size' }],
    });
    expect(table.items.size).toBe(0);
  });

  it('is refused by the same policy as every other upload', async () => {
    const { ports } = inMemoryPorts();
    const request = { ...input.request, type: 'text/plain' };
    expect(await create(ports, { ...input, request }, NOW)).toMatchObject({
      code: 'content_type_not_allowed',
    });
  });

  it('that fails after the record abandons the upload, which Uppy cannot ask for again', async () => {
    const { ports, table, calls } = inMemoryPorts();
    calls.before(step, () => {
      throw new TransientError('slow down');
    });
    await expect(create(ports, input, NOW)).rejects.toThrow(new TransientError('slow down'));
    expect([...table.items.values()]).toMatchObject([{ status: 'cancelled', quota: 'returned' }]);
  });

  it('that fails twice throws the first error and leaves the upload to the reconciler', async () => {
    const { ports, table, calls } = inMemoryPorts();
    calls.before(step, () => {
      throw new TransientError('first');
    });
    calls.before('uploads.changeStatus', () => {
      throw new TransientError('second');
    });
    await expect(create(ports, input, NOW)).rejects.toThrow(new TransientError('first'));
    expect([...table.items.values()]).toMatchObject([{ status: 'waiting', quota: 'reserved' }]);
  });
});

describe('Companion', () => {
  it('creates an upload in parts by Uppy’s plan, with the app’s metadata', async () => {
    const { ports, table } = inMemoryPorts();
    const created = await createCompanionMultipart(ports, input, NOW);
    expect(created).toMatchObject({ outcome: 'created', upload: { s3UploadId: 's3-upload-1' } });
    const [stored] = table.items.values();
    expect(stored).toMatchObject({
      owner: OWNER,
      subject: SUBJECT,
      partSize: 5 * 1024 ** 2,
      partCount: 3,
      metadata: { title: 'Sea' },
    });
    expect(stored?.method).toBeUndefined();
  });

  it('refuses an upload in parts that is cancelled meanwhile', async () => {
    const { ports, table, calls } = inMemoryPorts();
    calls.before('uploads.recordMultipartUpload', () => {
      for (const id of table.items.keys()) {
        table.set(id, { status: 'cancelled', reason: { code: 'x' } });
      }
    });
    expect(await createCompanionMultipart(ports, input, NOW)).toMatchObject({
      outcome: 'refused',
      code: 'status_conflict',
    });
  });

  it('creates a form for a file in one request', async () => {
    const { ports, table, calls } = inMemoryPorts();
    const created = await createCompanionForm(ports, input, NOW);
    expect(created).toMatchObject({
      outcome: 'created',
      grant: { method: 'POST', size: 12_000_000 },
    });
    expect([...table.items.values()]).toMatchObject([{ method: 'post', partCount: 1 }]);
    expect(calls.made).not.toContain('multipart.create');
  });
});

it('A session of Companion is a stored capability that ends after its lifetime', async () => {
  const { ports, table } = inMemoryPorts();
  const caller = { owner: OWNER, subject: SUBJECT };
  const created = await createCompanionSession(ports, caller, NOW);
  if (created.outcome !== 'created') throw new Error(created.code);
  const { capability, expiresAt } = created;
  expect(Buffer.from(capability, 'base64url')).toEqual(Buffer.alloc(32, 1));
  expect(Date.parse(expiresAt)).toBe(Math.floor(NOW / 1000) * 1000 + 3_600_000);
  expect([...table.capabilities.values()]).toMatchObject([caller]);
  expect(await ports.capabilities.find(capability, NOW)).toMatchObject(caller);
});

describe('The sessions of an owner', () => {
  const caller = { owner: OWNER, subject: SUBJECT };
  const world = (companionSessionsPerDay: number) => {
    const made = inMemoryPorts();
    const budgets = { ...defaultBudgets, companionSessionsPerDay };
    return { ...made, ports: { ...made.ports, budgets } };
  };

  it('are limited a day, whether they have expired or not, and begin again the next day', async () => {
    const { ports, table } = world(2);
    const create = (at: number) => createCompanionSession(ports, caller, at);
    expect(await create(NOW)).toMatchObject({ outcome: 'created' });
    expect(await create(NOW)).toMatchObject({ outcome: 'created' });
    expect(await create(NOW)).toEqual({
      outcome: 'refused',
      code: 'daily_sessions_exceeded',
      detail:
        '2 of 2 Companion sessions of 2026-03-04 are used; the next day begins at 2026-03-05T00:00:00.000Z.',
      retryAfterSeconds: 68_033,
    });
    expect(table.capabilities.size).toBe(2);
    expect(await create(NOW + 86_400_000)).toMatchObject({ outcome: 'created' });
  });

  it('are none where none are allowed', async () => {
    const { ports, calls } = world(0);
    expect(await createCompanionSession(ports, caller, NOW)).toMatchObject({
      code: 'daily_sessions_exceeded',
    });
    expect(calls.made).toEqual(['reservations.getDay']);
  });
});
