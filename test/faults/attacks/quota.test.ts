import type { Upload } from '../../../core/contract/upload.ts';
import { row } from '../rows.ts';
import { type AttackTarget, attackTarget } from './attack-target.ts';
import { type Created, creations, grantsIn } from './creations.ts';
import { NARROW } from './narrow-configuration.ts';
import { begunInS3, holdings, responseText, tally } from './state-texts.ts';

const MIB = 1024 * 1024;
const { maximumBytes, maximumActiveUploads } = NARROW.upload.quota;

let target: AttackTarget;

beforeAll(async () => {
  target = await attackTarget(NARROW);
});

afterAll(() => target?.close());

const answersOf = (made: readonly Created[]) =>
  tally(made.map(({ status, code }) => `${status}${code ? ` ${code}` : ''}`));

const quotaOf = async (username: string) => target.quotaOf(await target.owner(username));

describe('A hundred creations at once', () => {
  it('never exceed the number of unfinished uploads', async () => {
    const made = await creations(target, 'uploader-a', 1, 100, 100);
    const first = grantsIn(made);
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThanOrEqual(maximumActiveUploads);
    const refusals = new Set(['409 quota_uploads_exceeded', '409 conflict', '503 unavailable']);
    const odd = made.filter(
      ({ status, code }) => status !== 201 && !refusals.has(`${status} ${code}`),
    );
    expect(odd).toEqual([]);
    // A request that lost a race may be repeated; the remaining quota is granted to the last upload.
    const later = grantsIn(await creations(target, 'uploader-a', 1, maximumActiveUploads + 5, 1));
    expect(first.length + later.length).toBe(maximumActiveUploads);
    const active = maximumActiveUploads;
    expect(await quotaOf('uploader-a')).toMatchObject({
      activeUploads: active,
      reservedBytes: active,
      totalBytes: active,
      usedBytes: 0,
    });
    expect(await begunInS3(target, 'uploader-a')).toBe(active);
    row(answersOf(made), await holdings(target, 'uploader-a'));
  });

  it('never exceed the bytes of the quota', async () => {
    const size = 3 * MIB;
    const most = Math.floor(maximumBytes / size);
    const made = await creations(target, 'uploader-b', size, 100, 100);
    const first = grantsIn(made);
    expect(first.length).toBeLessThanOrEqual(most);
    const later = grantsIn(await creations(target, 'uploader-b', size, most + 5, 1));
    expect(first.length + later.length).toBe(most);
    const quota = await quotaOf('uploader-b');
    expect(quota).toMatchObject({ reservedBytes: most * size, totalBytes: most * size });
    expect(quota?.totalBytes).toBeLessThanOrEqual(maximumBytes);
    expect(await begunInS3(target, 'uploader-b')).toBe(most);
    row(answersOf(made), await holdings(target, 'uploader-b'));
  });

  it('with one idempotency key create one upload', async () => {
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 1 };
    const header = { 'idempotency-key': 'one' };
    const ask = () => target.ask('moderator-b', 'POST', '/v1/uploads', request, header);
    const responses = await Promise.all(Array.from({ length: 20 }, ask));
    const ids = responses.flatMap(({ status, body }) =>
      status === 201 ? [(body as { upload: Upload }).upload.id] : [],
    );
    expect(new Set(ids).size).toBe(1);
    expect(await quotaOf('moderator-b')).toMatchObject({ activeUploads: 1, totalBytes: 1 });
    expect(await begunInS3(target, 'moderator-b')).toBe(1);
    const summary = tally(responses.map(responseText));
    row(`${summary}; ${new Set(ids).size} id`, await holdings(target, 'moderator-b'));
  });
});

describe('Cancelled grants', () => {
  it('never reserve more than the quota, and return it once although they are cancelled twice', async () => {
    const made = await creations(target, 'moderator-a', 2 * MIB, 300, 10);
    const open = grantsIn(made);
    expect(open).toHaveLength(Math.min(maximumActiveUploads, maximumBytes / (2 * MIB)));
    expect((await quotaOf('moderator-a'))?.reservedBytes).toBe(open.length * 2 * MIB);
    expect(await begunInS3(target, 'moderator-a')).toBe(open.length);
    const cancel = (id: string) => target.ask('moderator-a', 'DELETE', `/v1/uploads/${id}`);
    // Each upload is cancelled twice, concurrently: bytes returned twice would exceed the quota.
    const cancelled = await Promise.all(
      open.flatMap(({ upload: { id } }) => [cancel(id), cancel(id)]),
    );
    for (const { status } of cancelled) expect([200, 409]).toContain(status);
    expect(await quotaOf('moderator-a')).toMatchObject({
      activeUploads: 0,
      reservedBytes: 0,
      usedBytes: 0,
      totalBytes: 0,
    });
    expect(await begunInS3(target, 'moderator-a')).toBe(0);
    const afterwards = await holdings(target, 'moderator-a');
    const [whole] = await creations(target, 'moderator-a', maximumBytes, 1, 1);
    expect(whole?.status).toBe(201);
    const [more] = await creations(target, 'moderator-a', 1, 1, 1);
    expect(more?.code).toBe('quota_bytes_exceeded');
    row(`${answersOf(made)}; cancelled ${tally(cancelled.map(responseText))}`, afterwards);
  });
});
