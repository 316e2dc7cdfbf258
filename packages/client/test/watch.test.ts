import { systemClock } from '../src/clock.ts';
import { watch } from '../src/watch.ts';
import { type FakeApi, type FakeResponse, fakeApi, uploadBody } from './api-server.ts';
import { fakeClock } from './fake-clock.ts';

let api: FakeApi;
let responses: FakeResponse[];

beforeEach(async () => {
  responses = [];
  api = await fakeApi(() => responses.shift() ?? { status: 404, body: { message: 'none left' } });
});
afterEach(() => api.close());

const seen = (status: string, percent = 0, updatedAt = '') => ({
  body: { upload: uploadBody({ status, updatedAt, progress: { percent } }) },
});
const options = () => ({ api: api.url, getToken: () => 'token', random: () => 0 });

describe('Watching an upload', () => {
  it('reports every change once, survives errors, and resolves with the final state', async () => {
    responses = [
      seen('validating'),
      seen('validating'),
      { cut: true },
      seen('transcoding', 50),
      { status: 500 },
      seen('transcoding', 60),
      seen('transcoding', 60, 'later'),
      seen('ready', 100),
    ];
    const changes: string[] = [];
    const ended = await watch('1', {
      ...options(),
      everyMs: 1,
      onChange: ({ status, progress }) => changes.push(`${status} ${progress.percent}`),
    });
    expect(ended.status).toBe('ready');
    expect(changes).toEqual([
      'validating 0',
      'transcoding 50',
      'transcoding 60',
      'transcoding 60',
      'ready 100',
    ]);
  });

  it('reports a new estimate of a wait, and requests no more often for it', async () => {
    const queued = (estimatedSeconds: number) => ({
      body: {
        upload: uploadBody({
          status: 'transcoding',
          progress: { percent: 55, queue: { waiting: true, estimatedSeconds } },
        }),
      },
    });
    responses = [queued(90), queued(60), queued(60), queued(30), seen('ready', 100)];
    const estimates: unknown[] = [];
    const pauses: number[] = [];
    await watch('1', {
      ...options(),
      clock: {
        ...systemClock,
        after(ms, callback) {
          // The others are the time limits of requests.
          const isPause = ms <= 1_000;
          if (isPause) pauses.push(ms);
          return systemClock.after(isPause ? 1 : ms, callback);
        },
      },
      everyMs: 100,
      onChange: ({ progress }) => estimates.push(progress.queue?.estimatedSeconds),
    });
    expect(estimates).toEqual([90, 60, 30, undefined]);
    expect(pauses.every((ms, index) => index === 0 || ms > (pauses[index - 1] ?? 0))).toBe(true);
  });

  it.each(['ready', 'rejected', 'failed', 'cancelled', 'expired'])(
    'ends with the status %s',
    async (status) => {
      responses = [seen(status)];
      expect((await watch('1', options())).status).toBe(status);
      expect(api.requests).toHaveLength(1);
    },
  );

  it('asks after 1, 1.3, 1.69 … seconds, at most 10, and after 1 again when it has changed', async () => {
    const clock = fakeClock();
    const waits: number[] = [];
    const recording = {
      ...clock,
      after(ms: number, callback: () => void) {
        // The timeouts of requests are longer.
        if (ms > 10_000) return clock.after(ms, callback);
        waits.push(Math.round(ms));
        queueMicrotask(callback);
        return () => undefined;
      },
    };
    responses = [
      ...Array.from({ length: 12 }, () => seen('transcoding', 1)),
      seen('transcoding', 2),
      seen('ready'),
    ];
    await watch('1', { ...options(), clock: recording });
    expect(waits).toEqual([
      1_000, 1_300, 1_690, 2_197, 2_856, 3_713, 4_827, 6_275, 8_157, 10_000, 10_000, 10_000, 1_000,
    ]);
  });

  it('ends in `aborted` when its signal is aborted', async () => {
    const controller = new AbortController();
    responses = [seen('transcoding')];
    const watching = watch('1', {
      ...options(),
      signal: controller.signal,
      onChange: () => controller.abort(),
    });
    await expect(watching).rejects.toMatchObject({ code: 'aborted' });
  });

  it('ends with the API’s refusal', async () => {
    await expect(watch('1', options())).rejects.toMatchObject({ code: 'route_not_found' });
  });
});
