import type { PartSource } from '../src/part-source.ts';
import { createUploadClient } from '../src/upload-client.ts';
import { grantBody, uploadBody } from './api-server.ts';
import {
  api,
  client,
  codeOf,
  leaveRecord,
  options,
  platform,
  records,
  routes,
  sourceOf,
  store,
  UPLOAD,
  useFakeApi,
} from './upload-fixture.ts';

useFakeApi();

describe('Unfinished uploads', () => {
  it('are listed for their API, with or without a slash at its end', async () => {
    await leaveRecord();
    expect(await client.resumable({ api: `${api.url}/` })).toHaveLength(1);
    expect(await client.resumable({ api: api.url })).toHaveLength(1);
    expect(await client.resumable()).toHaveLength(1);
    expect(await client.resumable({ api: 'https://other' })).toEqual([]);
  });

  it('are not listed after they have expired, and removed a week later', async () => {
    const upload = uploadBody({ deadline: '2026-01-02T00:00:00Z' });
    routes['POST /v1/uploads'] = { body: { upload, grant: grantBody() } };
    routes[`POST ${UPLOAD}/complete`] = { status: 404, body: { message: 'gone' } };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    const at = (day: string) => client.resumable({ now: Date.parse(`2026-01-${day}T00:00:00Z`) });
    expect(await at('02')).toHaveLength(1);
    expect(await at('03')).toEqual([]);
    expect(await at('09')).toEqual([]);
    expect(records.size).toBe(1);
    await at('10');
    expect(records.size).toBe(0);
  });

  it('are none if nothing can be stored', async () => {
    const failing = { ...store, list: () => Promise.reject(new Error('Private window.')) };
    expect(await client.resumable({ store: failing })).toEqual([]);
    const nowhere = createUploadClient<PartSource, PartSource>(
      { ...platform, store: () => undefined },
      async (source) => source,
      () => undefined,
    );
    expect(await nowhere.resumable()).toEqual([]);
  });

  it('can be forgotten', async () => {
    await leaveRecord();
    const [record] = records.values();
    if (!record) throw new Error('There is no record.');
    await client.forget(record);
    expect(records.size).toBe(0);
    records.set(record.id, record);
    await client.forget(record, { store });
    expect(records.size).toBe(0);
  });
});
