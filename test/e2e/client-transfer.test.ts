import { readFile } from 'node:fs/promises';
import {
  type Progress,
  type Transfer,
  type Upload,
  UploadError,
  upload,
  watch,
} from '@reelgate/client';
import { type ClientFixture, MIB, openClientFixture, PART } from '../kit/client-fixture.ts';

let fixture: ClientFixture;

beforeAll(async () => {
  fixture = await openClientFixture();
});

afterAll(async () => {
  await fixture?.close();
});

beforeEach(() => {
  fixture.network.interceptParts(undefined);
  fixture.network.interceptCalls(undefined);
  fixture.network.setOpen(true);
  fixture.network.clearLog();
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
  it('needs one creation, one grant and one completion, with the checksum of the whole file', async () => {
    const options = await fixture.options();
    const transfer = upload(await fixture.file(3 * PART + 17), options);
    expect(isComplete(await transfer.done)).toBe(true);
    expect(
      fixture.network.calls.map((call) => call.replace(transfer.uploadId ?? '', 'ID')),
    ).toEqual(['POST /v1/uploads', 'POST /v1/uploads/ID/complete']);
    expect(fixture.network.parts.map(({ bytes }) => bytes).sort((a, b) => a - b)).toEqual([
      17,
      PART,
      PART,
      PART,
    ]);
    expect(options.seen.at(-1)).toMatchObject({ state: 'done', sentBytes: 3 * PART + 17 });
    expect(forward(options.seen)).toBe(true);
    expect(await fixture.store.list()).toEqual([]);
  });

  it('accepts Blobs and streams, and fails for a stream that is shorter or longer than announced', async () => {
    const bytes = await readFile(await fixture.file(PART + 5 * MIB));
    const options = await fixture.options({ fileName: 'film.mp4', contentType: 'video/mp4' });
    expect(isComplete(await upload(new Blob([bytes]), options).done)).toBe(true);

    const streamed = (size: number) => {
      const stream = new Blob([bytes]).stream();
      return upload({ stream, size, name: 'film.mp4' }, options);
    };
    fixture.network.interceptParts((_, nth) =>
      nth === 1 ? { kind: 'cut', afterBytes: MIB } : undefined,
    );
    expect(isComplete(await streamed(bytes.length).done)).toBe(true);

    for (const size of [bytes.length - 1, bytes.length + 1]) {
      const transfer = streamed(size);
      expect((await refusal(transfer)).code).toBe('file_unreadable');
      await transfer.cancel();
    }
  });

  it('continues when every tenth part fails, is cut off, is slow or loses its response', async () => {
    const faults = [
      { kind: 'refuse', status: 503, code: 'SlowDown' },
      { kind: 'cut', afterBytes: MIB },
      { kind: 'lose-response' },
      { kind: 'slow', chunkMs: 5 },
    ] as const;
    let faulty = 0;
    fixture.network.interceptParts((_, nth) => (nth % 10 === 2 ? faults[faulty++ % 4] : undefined));
    const options = await fixture.options({ concurrency: 4 });
    const size = 34 * PART;
    expect(isComplete(await upload(await fixture.file(size), options).done)).toBe(true);
    expect(faulty).toBeGreaterThanOrEqual(4);
    expect(forward(options.seen)).toBe(true);
    // Only the failed parts were sent again.
    expect(fixture.network.parts.length).toBe(34 + 3);
  });

  it('waits while the network is down, and continues without extra requests', async () => {
    const options = await fixture.options({ concurrency: 2 });
    const transfer = upload(await fixture.file(8 * PART), options);
    fixture.network.interceptParts(() => ({ kind: 'slow', chunkMs: 2 }));
    await until(transfer, ({ sentBytes }) => sentBytes > 3 * PART);
    fixture.network.setOpen(false);
    await until(transfer, ({ state }) => state === 'waiting');
    fixture.network.interceptParts(undefined);
    fixture.network.setOpen(true);
    expect(isComplete(await transfer.done)).toBe(true);
    expect(forward(options.seen)).toBe(true);
    const arrived = fixture.network.parts.filter(({ status }) => status === 200);
    expect(arrived.map(({ partNumber }) => partNumber).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('sends a stalled part again', async () => {
    fixture.network.interceptParts((_, nth) => (nth === 2 ? { kind: 'stall' } : undefined));
    const options = await fixture.options({ concurrency: 1, stallMs: 1_000 });
    expect(isComplete(await upload(await fixture.file(3 * PART), options).done)).toBe(true);
    // On a busy machine a later part may stall too.
    const sent = fixture.network.parts.map(({ partNumber }) => partNumber);
    expect(sent.slice(0, 3)).toEqual([1, 2, 2]);
  });

  it('renews the URLs of all outstanding parts with one call when S3 reports that they have expired', async () => {
    fixture.network.interceptParts((_, nth) =>
      nth > 2 && !fixture.network.calls.some((call) => call.endsWith('/grant'))
        ? { kind: 'refuse', status: 403, code: 'AccessDenied' }
        : undefined,
    );
    const options = await fixture.options({ concurrency: 2 });
    expect(isComplete(await upload(await fixture.file(8 * PART), options).done)).toBe(true);
    expect(fixture.network.calls.filter((call) => call.endsWith('/grant'))).toHaveLength(1);
  });

  it('renews the URLs before they expire, by its own clock', async () => {
    let later = 0;
    const clock = {
      now: () => Date.now() + later,
      after: (ms: number, then: () => void) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
    };
    fixture.network.interceptParts((_, nth) => {
      if (nth === 3) later = 3_600_000;
      return undefined;
    });
    const options = await fixture.options({ concurrency: 1, clock });
    expect(isComplete(await upload(await fixture.file(6 * PART), options).done)).toBe(true);
    expect(fixture.network.calls.filter((call) => call.endsWith('/grant'))).toHaveLength(1);
    expect(fixture.network.parts.every(({ status }) => status === 200)).toBe(true);
  });

  it('fails when S3 refuses a part with renewed URLs too', async () => {
    fixture.network.interceptParts(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
    const transfer = upload(await fixture.file(PART), await fixture.options());
    expect(await refusal(transfer)).toMatchObject({ code: 'storage_refused', partNumber: 1 });
    await transfer.cancel();
  });

  it('repeats API calls that are lost, throttled or refused for an expired token', async () => {
    const { network } = fixture;
    const tokens: boolean[] = [];
    network.interceptCalls((call, nth) => {
      if (nth === 1) return { status: 401, body: '{"message":"Unauthorized"}' };
      if (nth === 2) return 'lose-response';
      if (nth === 3) {
        const headers = { 'retry-after': '0' };
        return { status: 429, body: '{"message":"Too Many Requests"}', headers };
      }
      if (call.endsWith('/complete') && nth < 6) return 'lose-response';
      return undefined;
    });
    const options = await fixture.options();
    const getToken: typeof options.getToken = (asked) => {
      tokens.push(asked.refresh);
      return options.getToken(asked);
    };
    const transfer = upload(await fixture.file(PART), { ...options, getToken });
    expect(isComplete(await transfer.done)).toBe(true);
    expect(tokens.slice(0, 2)).toEqual([false, true]);
    // The repeated request has the same idempotency key and returns the same upload.
    expect(network.calls.filter((call) => call === 'POST /v1/uploads')).toHaveLength(4);
    const ended = await watch(transfer.uploadId ?? '', { ...options, everyMs: 50 });
    expect(ended.reason?.code).toBe('not_a_video');
  });

  it('fails with the API’s code when the API refuses it', async () => {
    const options = await fixture.options({ contentType: 'text/plain' });
    const error = await refusal(upload(await fixture.file(1_000), options));
    expect(error).toMatchObject({ code: 'content_type_not_allowed', status: 422 });
    expect(error.retryable).toBe(false);
    expect(await fixture.store.list()).toEqual([]);
    const absent = await refusal(upload('/nowhere/film.mp4', options));
    expect(absent.code).toBe('file_unreadable');
  });

  it('pauses at once, sends nothing while paused, and resumes without sending a part twice', async () => {
    const options = await fixture.options({ concurrency: 2 });
    // The parts stall: the client cannot know about a part that arrived if a pause comes before the response.
    fixture.network.interceptParts(({ partNumber }) =>
      partNumber > 2 ? { kind: 'stall' } : undefined,
    );
    const transfer = upload(await fixture.file(6 * PART), options);
    await until(
      transfer,
      ({ sentBytes }) => sentBytes > 2 * PART && fixture.network.parts.length === 4,
    );
    transfer.pause();
    fixture.network.interceptParts(undefined);
    expect(transfer.progress.state).toBe('paused');
    const sentBytes = () => fixture.network.parts.reduce((sum, { bytes }) => sum + bytes, 0);
    await fixture.network.waitUntilIdle();
    const seen = sentBytes();
    // A later request of the same process arrives; no part has come before it.
    await fetch(new URL('/v1/uploads', fixture.network.api));
    expect(sentBytes()).toBe(seen);
    expect(fixture.network.parts).toHaveLength(4);
    transfer.resume();
    expect(isComplete(await transfer.done)).toBe(true);
    const arrived = fixture.network.parts.filter(({ status }) => status === 200);
    expect(arrived).toHaveLength(6);
  });

  it('leaves no part, no quota and no resume record when it is cancelled', async () => {
    const account = 'uploader-b';
    const options = await fixture.options({ concurrency: 2 }, account);
    fixture.network.interceptParts(() => ({ kind: 'slow', chunkMs: 1 }));
    const transfer = upload(await fixture.file(6 * PART), options);
    await until(transfer, ({ sentBytes }) => sentBytes > 2 * PART);
    expect(await fixture.openUploads(account)).toEqual([
      expect.stringContaining(transfer.uploadId ?? '?'),
    ]);
    await transfer.cancel();
    expect((await refusal(transfer)).code).toBe('cancelled');
    expect(transfer.progress.state).toBe('cancelled');
    expect(await fixture.openUploads(account)).toEqual([]);
    expect(await fixture.quota(account)).toEqual({ bytes: 0, active: 0 });
    expect(await fixture.store.list()).toEqual([]);
    const api = await fixture.cloud.as(account);
    expect((await api.get(transfer.uploadId ?? '')).upload.status).toBe('cancelled');
  });

  it('detects a flipped bit at completion; a second attempt is a new upload and succeeds', async () => {
    fixture.network.interceptParts(({ partNumber }) =>
      partNumber === 2 ? { kind: 'flip' } : undefined,
    );
    const path = await fixture.file(3 * PART);
    const options = await fixture.options();
    const flipped = upload(path, options);
    expect(await refusal(flipped)).toMatchObject({ code: 'checksum_mismatch', retryable: true });
    fixture.network.interceptParts(undefined);
    fixture.network.clearLog();
    const again = upload(path, options);
    expect(isComplete(await again.done)).toBe(true);
    expect(again.uploadId).not.toBe(flipped.uploadId);
    const api = await fixture.cloud.as('uploader-a');
    const { status, reason } = (await api.get(flipped.uploadId ?? '')).upload;
    expect([status, reason?.code]).toEqual(['failed', 'checksum_mismatch']);
    expect(fixture.network.parts).toHaveLength(3);
  });
});
