import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Progress,
  type Transfer,
  type Upload,
  UploadError,
  upload,
  watch,
} from '@reelgate/client';
import { type ClientStage, clientStage, MIB, PART } from '../kit/client-fixture.ts';

let stage: ClientStage;

beforeAll(async () => {
  stage = await clientStage();
}, 120_000);

afterAll(async () => {
  await stage?.close();
});

beforeEach(() => {
  stage.road.treatParts(undefined);
  stage.road.treatCalls(undefined);
  stage.road.open(true);
  stage.road.forget();
});

const isComplete = ({ status }: Upload) => status !== 'waiting' && status !== 'cancelled';

async function refusal(transfer: Transfer): Promise<UploadError> {
  const error = await transfer.done.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof UploadError) return error;
  throw new Error(`An UploadError was expected, got ${String(error)}.`);
}

function until(transfer: Transfer, wanted: (progress: Progress) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    transfer.done.catch(reject);
    const look = () => (wanted(transfer.progress) ? resolve() : setTimeout(look, 10));
    look();
  });
}

const forward = (seen: readonly Progress[]) =>
  seen.every(({ sentBytes }, index) => sentBytes >= (seen[index - 1]?.sentBytes ?? 0));

describe('An upload from Node', () => {
  it('takes one creation, one grant and one completion, under the checksum of the whole file', async () => {
    const options = await stage.options();
    const transfer = upload(await stage.file(3 * PART + 17), options);
    expect(isComplete(await transfer.done)).toBe(true);
    expect(stage.road.calls.map((call) => call.replace(transfer.uploadId ?? '', 'ID'))).toEqual([
      'POST /v1/uploads',
      'POST /v1/uploads/ID/complete',
    ]);
    expect(stage.road.parts.map(({ bytes }) => bytes).sort((a, b) => a - b)).toEqual([
      17,
      PART,
      PART,
      PART,
    ]);
    expect(options.seen.at(-1)).toMatchObject({ state: 'done', sentBytes: 3 * PART + 17 });
    expect(forward(options.seen)).toBe(true);
    expect(await stage.store.list()).toEqual([]);
  });

  it('takes Blobs and streams, and refuses a stream that is shorter or longer than announced', async () => {
    const bytes = await readFile(await stage.file(PART + 5 * MIB));
    const options = await stage.options({ fileName: 'film.mp4', contentType: 'video/mp4' });
    expect(isComplete(await upload(new Blob([bytes]), options).done)).toBe(true);

    const streamed = (size: number) => {
      const stream = new Blob([bytes]).stream();
      return upload({ stream, size, name: 'film.mp4' }, options);
    };
    stage.road.treatParts((_, nth) => (nth === 1 ? { kind: 'cut', afterBytes: MIB } : undefined));
    expect(isComplete(await streamed(bytes.length).done)).toBe(true);

    for (const size of [bytes.length - 1, bytes.length + 1]) {
      const transfer = streamed(size);
      expect((await refusal(transfer)).code).toBe('file_unreadable');
      await transfer.cancel();
    }
  });

  it('goes on through parts that fail, are cut, slow or lose their answer, every tenth of them', async () => {
    const faults = [
      { kind: 'refuse', status: 503, code: 'SlowDown' },
      { kind: 'cut', afterBytes: MIB },
      { kind: 'lose-answer' },
      { kind: 'slow', chunkMs: 5 },
    ] as const;
    let faulty = 0;
    stage.road.treatParts((_, nth) => (nth % 10 === 2 ? faults[faulty++ % 4] : undefined));
    const options = await stage.options({ concurrency: 4 });
    const size = 34 * PART;
    expect(isComplete(await upload(await stage.file(size), options).done)).toBe(true);
    expect(faulty).toBeGreaterThanOrEqual(4);
    expect(forward(options.seen)).toBe(true);
    // Only what failed was sent again.
    expect(stage.road.parts.length).toBe(34 + 3);
  });

  it('waits while the network is down, and goes on without a call too much', async () => {
    const options = await stage.options({ concurrency: 2 });
    const transfer = upload(await stage.file(8 * PART), options);
    stage.road.treatParts(() => ({ kind: 'slow', chunkMs: 2 }));
    await until(transfer, ({ sentBytes }) => sentBytes > 3 * PART);
    stage.road.open(false);
    await until(transfer, ({ state }) => state === 'waiting');
    stage.road.treatParts(undefined);
    stage.road.open(true);
    expect(isComplete(await transfer.done)).toBe(true);
    expect(forward(options.seen)).toBe(true);
    const arrived = stage.road.parts.filter(({ status }) => status === 200);
    expect(arrived.map(({ partNumber }) => partNumber).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('sends a part that stands still again', async () => {
    stage.road.treatParts((_, nth) => (nth === 2 ? { kind: 'stall' } : undefined));
    const options = await stage.options({ concurrency: 1, stallMs: 1_000 });
    expect(isComplete(await upload(await stage.file(3 * PART), options).done)).toBe(true);
    // On a machine that is busy, a part after it may stand still for so long too.
    const sent = stage.road.parts.map(({ partNumber }) => partNumber);
    expect(sent.slice(0, 3)).toEqual([1, 2, 2]);
  });

  it('has all outstanding parts signed again, in one call, when S3 says that the URLs have expired', async () => {
    stage.road.treatParts((_, nth) =>
      nth > 2 && !stage.road.calls.some((call) => call.endsWith('/grant'))
        ? { kind: 'refuse', status: 403, code: 'AccessDenied' }
        : undefined,
    );
    const options = await stage.options({ concurrency: 2 });
    expect(isComplete(await upload(await stage.file(8 * PART), options).done)).toBe(true);
    expect(stage.road.calls.filter((call) => call.endsWith('/grant'))).toHaveLength(1);
  });

  it('has them signed again before S3 has to say so, by its own clock', async () => {
    let later = 0;
    const clock = {
      now: () => Date.now() + later,
      after: (ms: number, then: () => void) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
    };
    stage.road.treatParts((_, nth) => {
      if (nth === 3) later = 3_600_000;
      return undefined;
    });
    const options = await stage.options({ concurrency: 1, clock });
    expect(isComplete(await upload(await stage.file(6 * PART), options).done)).toBe(true);
    expect(stage.road.calls.filter((call) => call.endsWith('/grant'))).toHaveLength(1);
    expect(stage.road.parts.every(({ status }) => status === 200)).toBe(true);
  });

  it('gives up on a part that S3 refuses with new signatures too', async () => {
    stage.road.treatParts(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
    const transfer = upload(await stage.file(PART), await stage.options());
    expect(await refusal(transfer)).toMatchObject({ code: 'storage_refused', partNumber: 1 });
    await transfer.cancel();
  });

  it('repeats calls of the API that are lost, throttled or refused for an old token', async () => {
    const { road } = stage;
    const tokens: boolean[] = [];
    road.treatCalls((call, nth) => {
      if (nth === 1) return { status: 401, body: '{"message":"Unauthorized"}' };
      if (nth === 2) return 'lose-answer';
      if (nth === 3) {
        const headers = { 'retry-after': '0' };
        return { status: 429, body: '{"message":"Too Many Requests"}', headers };
      }
      if (call.endsWith('/complete') && nth < 6) return 'lose-answer';
      return undefined;
    });
    const options = await stage.options();
    const getToken: typeof options.getToken = (asked) => {
      tokens.push(asked.refresh);
      return options.getToken(asked);
    };
    const transfer = upload(await stage.file(PART), { ...options, getToken });
    expect(isComplete(await transfer.done)).toBe(true);
    expect(tokens.slice(0, 2)).toEqual([false, true]);
    // A lost answer and the same key: the same upload.
    expect(road.calls.filter((call) => call === 'POST /v1/uploads')).toHaveLength(4);
    const ended = await watch(transfer.uploadId ?? '', { ...options, everyMs: 50 });
    expect(ended.reason?.code).toBe('not_a_video');
  });

  it('says with the API’s own code what it refuses', async () => {
    const options = await stage.options({ contentType: 'text/plain' });
    const error = await refusal(upload(await stage.file(1_000), options));
    expect(error).toMatchObject({ code: 'content_type_not_allowed', status: 422 });
    expect(error.retryable).toBe(false);
    expect(await stage.store.list()).toEqual([]);
    const absent = await refusal(upload('/nowhere/film.mp4', options));
    expect(absent.code).toBe('file_unreadable');
  });

  it('pauses at once, sends nothing meanwhile, and goes on without sending anything twice', async () => {
    const options = await stage.options({ concurrency: 2 });
    // Held half-way: of a part that has arrived, and whose answer a pause forestalls, nobody knows.
    stage.road.treatParts(({ partNumber }) => (partNumber > 2 ? { kind: 'stall' } : undefined));
    const transfer = upload(await stage.file(6 * PART), options);
    await until(transfer, ({ sentBytes }) => sentBytes > 2 * PART && stage.road.parts.length === 4);
    transfer.pause();
    stage.road.treatParts(undefined);
    expect(transfer.progress.state).toBe('paused');
    await sleep(100);
    const seen = stage.road.parts.reduce((sum, { bytes }) => sum + bytes, 0);
    await sleep(200);
    expect(stage.road.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(seen);
    transfer.resume();
    expect(isComplete(await transfer.done)).toBe(true);
    const arrived = stage.road.parts.filter(({ status }) => status === 200);
    expect(arrived).toHaveLength(6);
  });

  it('is cancelled without a trace: no part, no quota, no record, the right status', async () => {
    // What the tests before have uploaded is no video: its quota comes back once that is found.
    while ((await stage.quota()).active > 0) await sleep(50);
    const options = await stage.options({ concurrency: 2 });
    stage.road.treatParts(() => ({ kind: 'slow', chunkMs: 1 }));
    const transfer = upload(await stage.file(6 * PART), options);
    await until(transfer, ({ sentBytes }) => sentBytes > 2 * PART);
    expect(await stage.openUploads()).toEqual([expect.stringContaining(transfer.uploadId ?? '?')]);
    await transfer.cancel();
    expect((await refusal(transfer)).code).toBe('cancelled');
    expect(transfer.progress.state).toBe('cancelled');
    expect(await stage.openUploads()).toEqual([]);
    expect(await stage.quota()).toEqual({ bytes: 0, active: 0 });
    expect(await stage.store.list()).toEqual([]);
    const api = await stage.cloud.as('uploader-a');
    expect((await api.get(transfer.uploadId ?? '')).upload.status).toBe('cancelled');
  });

  it('notices one flipped bit at completion; tried again it sends every part anew and succeeds', async () => {
    stage.road.treatParts(({ partNumber }) => (partNumber === 2 ? { kind: 'flip' } : undefined));
    const path = await stage.file(3 * PART);
    const options = await stage.options();
    const flipped = upload(path, options);
    expect(await refusal(flipped)).toMatchObject({ code: 'checksum_mismatch', retryable: true });
    stage.road.treatParts(undefined);
    stage.road.forget();
    const again = upload(path, options);
    expect(isComplete(await again.done)).toBe(true);
    expect(again.uploadId).toBe(flipped.uploadId);
    expect(stage.road.parts).toHaveLength(3);
  });
});
