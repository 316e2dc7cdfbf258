import { crcToBase64 } from '../src/crc64/base64.ts';
import { combineCrcs } from '../src/crc64/combine.ts';
import type { PartSource } from '../src/part-source.ts';
import type { ResumeRecord } from '../src/resume-record.ts';
import { createUploadClient } from '../src/upload-client.ts';
import { grantBody, problemBody, uploadBody } from './api-server.ts';
import {
  api,
  calls,
  client,
  codeOf,
  leaveRecord,
  listed,
  locks,
  options,
  PART,
  platform,
  records,
  routes,
  sourceOf,
  store,
  UPLOAD,
  useFakeApi,
} from './upload-fixture.ts';

useFakeApi();

describe('Resuming an upload', () => {
  it('needs the same name, type and metadata, if they are given', async () => {
    await leaveRecord({ metadata: { a: '1', b: '2' } });
    const keys = () => [...records.keys()];
    const [first] = keys();
    await leaveRecord({ metadata: { b: '2', a: '1' } });
    await leaveRecord();
    expect(keys()).toEqual([first]);
    await leaveRecord({ metadata: { a: '1', b: '3' } });
    await leaveRecord({ fileName: 'other.mp4' });
    await leaveRecord({ contentType: 'video/other' });
    expect(keys()).toHaveLength(4);
    await leaveRecord({ resume: false });
    expect(keys()).toHaveLength(5);
  });

  it('repeats a creation whose response was lost, with the same key', async () => {
    await leaveRecord();
    const [record] = records.keys();
    await client.upload(sourceOf('film.mp4'), options()).done;
    expect(api.requests.at(-2)).toMatchObject({ url: '/v1/uploads', idempotencyKey: record });
  });

  it('sends only the parts that S3 does not have, and reads the checksum of an unrecorded part', async () => {
    await client.upload(sourceOf('film.mp4'), options()).done;
    routes[`POST ${UPLOAD}/complete`] = { status: 404, body: { message: 'gone' } };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    const [record] = records.values();
    if (!record) throw new Error('There is no record.');
    records.set(record.id, { ...record, parts: [] });
    routes[`GET ${UPLOAD}/parts`] = { body: { parts: listed(1) } };
    routes[`POST ${UPLOAD}/complete`] = { body: { upload: uploadBody({ status: 'uploaded' }) } };
    const file = sourceOf('film.mp4');
    const transfer = client.upload(file, options());
    await transfer.done;
    expect(transfer.uploadId).toBe('upload-1');
    expect(file.sent).toEqual([2]);
    expect(JSON.parse(api.requests.at(-1)?.body ?? '').checksum).toBe(
      crcToBase64(
        combineCrcs([
          { crc: 7n, size: PART },
          { crc: 2n, size: PART },
        ]),
      ),
    );
    expect(calls().slice(-4)).toEqual([
      `GET ${UPLOAD}`,
      `GET ${UPLOAD}/parts`,
      `POST ${UPLOAD}/grant`,
      `POST ${UPLOAD}/complete`,
    ]);
  });

  it('finds out that the upload is complete already', async () => {
    routes[`POST ${UPLOAD}/complete`] = { cut: true };
    await codeOf(client.upload(sourceOf('film.mp4'), options({ attempts: 1, patienceMs: 0 })));
    routes[`GET ${UPLOAD}`] = { body: { upload: uploadBody({ status: 'validating' }) } };
    const file = sourceOf('film.mp4');
    const granted: unknown[] = [];
    const { status } = await client.upload(
      file,
      options({ onGranted: (upload) => granted.push(upload) }),
    ).done;
    expect([status, file.sent, granted, records.size]).toEqual(['validating', [], [], 0]);
  });

  it.each([
    ['cancelled', { body: { upload: uploadBody({ status: 'cancelled' }) } }, 0],
    ['expired', { body: { upload: uploadBody({ status: 'expired' }) } }, 0],
    ['another account’s', { status: 404, body: problemBody('upload_not_found', 404) }, 1],
  ])('starts from the beginning if the unfinished upload is %s', async (_, response, left) => {
    routes[`POST ${UPLOAD}/complete`] = { status: 404, body: { message: 'gone' } };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    routes[`GET ${UPLOAD}`] = response;
    routes[`POST ${UPLOAD}/complete`] = { body: { upload: uploadBody({ status: 'uploaded' }) } };
    const file = sourceOf('film.mp4');
    await client.upload(file, options()).done;
    expect(file.sent).toEqual([1, 2]);
    expect([records.size, locks.size]).toEqual([left, 0]);
  });

  it.each(['idempotency_key_reused', 'status_conflict'])(
    'starts from the beginning after `%s` for the repeated creation',
    async (code) => {
      await leaveRecord();
      let creations = 0;
      routes['POST /v1/uploads'] = () =>
        ++creations === 1
          ? { status: 409, body: problemBody(code, 409) }
          : { body: { upload: uploadBody(), grant: grantBody() } };
      await client.upload(sourceOf('film.mp4'), options()).done;
      expect(creations).toBe(2);
    },
  );

  it('fails with any other refusal', async () => {
    await leaveRecord();
    routes['POST /v1/uploads'] = { status: 403, body: { message: 'Forbidden' } };
    expect(await codeOf(client.upload(sourceOf('film.mp4'), options()))).toBe('forbidden');
  });

  it('gives up after a minute if the API never responds', async () => {
    routes[`POST ${UPLOAD}/complete`] = { status: 404, body: { message: 'gone' } };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    routes[`GET ${UPLOAD}`] = { cut: true };
    let now = 0;
    let cuts = 0;
    const clock = {
      // Every look at the clock takes ten seconds.
      now: () => {
        now += 10_000;
        return now;
      },
      after: (ms: number, callback: () => void) => {
        if (ms < 500) {
          cuts++;
          queueMicrotask(callback);
        }
        return () => undefined;
      },
    };
    expect(await codeOf(client.upload(sourceOf('film.mp4'), options({ clock, attempts: 2 })))).toBe(
      'network',
    );
    expect(cuts).toBeGreaterThan(1);
    expect(cuts).toBeLessThan(12);
  });
});

describe('resumeUpload', () => {
  async function unfinished(): Promise<ResumeRecord> {
    const complete = routes[`POST ${UPLOAD}/complete`];
    routes[`POST ${UPLOAD}/complete`] = { status: 404, body: { message: 'gone' } };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    if (complete) routes[`POST ${UPLOAD}/complete`] = complete;
    const [record] = records.values();
    if (!record) throw new Error('There is no record.');
    return record;
  }
  const resumeOptions = () => {
    const { api: _, ...rest } = options();
    return rest;
  };

  it('resumes the upload of the record at the record’s API', async () => {
    const record = await unfinished();
    routes[`GET ${UPLOAD}/parts`] = { body: { parts: listed(1, 2) } };
    const file = sourceOf('moved.mp4');
    const granted: string[] = [];
    const onGranted = ({ id }: { id: string }) => granted.push(id);
    const transfer = client.resumeUpload(record, { ...resumeOptions(), file, onGranted });
    expect((await transfer.done).status).toBe('uploaded');
    expect([file.sent, granted, records.size]).toEqual([[], ['upload-1'], 0]);
    expect(transfer.progress.sentBytes).toBe(2 * PART);
  });

  it('fails with `busy` if another transfer has the record', async () => {
    const record = await unfinished();
    await store.claim(record.id);
    const file = sourceOf('film.mp4');
    const before = calls().length;
    expect(await codeOf(client.resumeUpload(record, { ...resumeOptions(), file }))).toBe('busy');
    expect([calls().length, file.sent, records.size]).toEqual([before, [], 1]);
  });

  it('fails with `file_changed` for another file, and keeps the record', async () => {
    const record = await unfinished();
    const file = sourceOf('film.mp4', { lastModified: 2 });
    expect(await codeOf(client.resumeUpload(record, { ...resumeOptions(), file }))).toBe(
      'file_changed',
    );
    expect(records.size).toBe(1);
  });

  it('fails with `not_resumable` without a file, for a stream, and for an upload that has ended', async () => {
    const record = await unfinished();
    const code = (file?: PartSource) =>
      codeOf(client.resumeUpload(record, { ...resumeOptions(), ...(file && { file }) }));
    expect(await code()).toBe('not_resumable');
    expect(await code(sourceOf('film.mp4', { seekable: false }))).toBe('not_resumable');
    routes[`GET ${UPLOAD}`] = { body: { upload: uploadBody({ status: 'expired' }) } };
    expect(await code(sourceOf('film.mp4'))).toBe('not_resumable');
  });

  it('opens the file of the record itself, if the platform can', async () => {
    const record = await unfinished();
    const file = sourceOf('film.mp4');
    const reopening = createUploadClient<PartSource, PartSource>(
      platform,
      async (source) => source,
      ({ path }) => (path === '/films/film.mp4' ? Promise.resolve(file) : undefined),
    );
    await reopening.resumeUpload(record, resumeOptions()).done;
    expect(file.sent).toEqual([1, 2]);
  });

  it('begins a new upload after a checksum mismatch, which has ended the first one', async () => {
    let mismatches = 0;
    routes[`POST ${UPLOAD}/complete`] = () =>
      mismatches++ > 0
        ? { body: { upload: uploadBody({ status: 'uploaded' }) } }
        : { status: 422, body: problemBody('checksum_mismatch', 422) };
    const file = sourceOf('film.mp4');
    await expect(client.upload(file, options()).done).rejects.toMatchObject({
      code: 'checksum_mismatch',
      status: 422,
      retryable: true,
      problem: expect.objectContaining({ code: 'checksum_mismatch' }),
      message: 'The checksums differ. The next attempt is a new upload.',
    });
    expect(records.size).toBe(0);
    await client.upload(file, options()).done;
    expect(file.sent).toEqual([1, 2, 1, 2]);
    expect(records.size).toBe(0);
  });
});
