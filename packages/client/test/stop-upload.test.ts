import type { ResumeStore } from '../src/resume-record.ts';
import { grantBody, uploadBody } from './api-server.ts';
import {
  calls,
  client,
  codeOf,
  locks,
  options,
  records,
  routes,
  sourceOf,
  store,
  UPLOAD,
  useFakeApi,
} from './upload-fixture.ts';

useFakeApi();

describe('Stopping an upload', () => {
  it('before its creation sends nothing and leaves no record', async () => {
    const cancelled = client.upload(sourceOf('film.mp4'), options());
    await cancelled.cancel();
    expect(await codeOf(cancelled)).toBe('cancelled');
    expect(cancelled.progress.state).toBe('cancelled');
    const stopped = client.upload(sourceOf('film.mp4'), options({ signal: AbortSignal.abort() }));
    expect(await codeOf(stopped)).toBe('aborted');
    expect(stopped.progress.state).toBe('stopped');
    expect([calls(), records.size]).toEqual([[], 0]);
  });

  it('while it sends keeps the parts that are stored and unlocks the record', async () => {
    const controller = new AbortController();
    const file = sourceOf('film.mp4', {
      send: ({ partNumber }, _, { signal }) =>
        partNumber === 1
          ? Promise.resolve({ status: 200, etag: '"1"', body: '', crc: async () => 1n })
          : new Promise((__, reject) => {
              signal.addEventListener('abort', () => reject(new Error('aborted')));
            }),
    });
    const stopping = {
      ...store,
      addPart: async (id: string, part: Parameters<ResumeStore['addPart']>[1]) => {
        await store.addPart(id, part);
        controller.abort(new Error('Enough.'));
      },
    };
    const transfer = client.upload(file, options({ store: stopping, signal: controller.signal }));
    await expect(transfer.done).rejects.toMatchObject({
      code: 'aborted',
      cause: expect.objectContaining({ message: 'Enough.' }),
    });
    const [record] = records.values();
    expect(record?.parts).toHaveLength(1);
    expect([locks.size, file.closed]).toEqual([0, 1]);
  });

  it('by `cancel` while it sends cancels it at the API and removes its record', async () => {
    const sending = Promise.withResolvers<void>();
    const file = sourceOf('film.mp4', {
      send: (_, __, { signal }) => {
        sending.resolve();
        return new Promise((___, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        });
      },
    });
    const transfer = client.upload(file, options());
    await sending.promise;
    await transfer.cancel();
    expect(await codeOf(transfer)).toBe('cancelled');
    expect(calls()).toEqual(['POST /v1/uploads', `DELETE ${UPLOAD}`]);
    expect(records.size).toBe(0);
  });

  it('by `cancel` while it is created waits for the response, to cancel what was created', async () => {
    const arrived = Promise.withResolvers<void>();
    const respond = Promise.withResolvers<void>();
    routes['POST /v1/uploads'] = async () => {
      arrived.resolve();
      await respond.promise;
      return { body: { upload: uploadBody(), grant: grantBody() } };
    };
    const file = sourceOf('film.mp4');
    const transfer = client.upload(file, options());
    await arrived.promise;
    const cancelled = transfer.cancel();
    respond.resolve();
    await cancelled;
    expect(calls()).toEqual(['POST /v1/uploads', `DELETE ${UPLOAD}`]);
    expect([file.sent, records.size]).toEqual([[], 0]);
  });

  it('by `cancel` after it is done deletes the video', async () => {
    const transfer = client.upload(sourceOf('film.mp4'), options());
    await transfer.done;
    await transfer.cancel();
    expect(calls().at(-1)).toBe(`DELETE ${UPLOAD}`);
  });

  it('by `cancel` rejects and keeps the record if the response to the creation was lost', async () => {
    const arrived = Promise.withResolvers<void>();
    routes['POST /v1/uploads'] = () => {
      arrived.resolve();
      return { cut: true };
    };
    const transfer = client.upload(sourceOf('film.mp4'), options({ attempts: 2 }));
    await arrived.promise;
    await expect(transfer.cancel()).rejects.toMatchObject({ code: 'network' });
    expect(records.size).toBe(1);
  });
});
