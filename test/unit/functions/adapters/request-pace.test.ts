import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { RUN_LIMITS, RunLimitReached } from '../../../../core/reconciliation/run-limits.ts';
import { pacedBy, RequestPace } from '../../../../functions/adapters/request-pace.ts';

/** A clock that a pause moves. */
function pausedClock() {
  let elapsed = 0;
  const pauses: number[] = [];
  return {
    pauses,
    elapsed: () => elapsed,
    pass: (milliseconds: number) => {
      elapsed += milliseconds;
    },
    pause: async (milliseconds: number) => {
      pauses.push(milliseconds);
      elapsed += milliseconds;
    },
  };
}

describe('The pace of a run’s requests', () => {
  it('allows a burst, then the sustained rate', async () => {
    const clock = pausedClock();
    const pace = new RequestPace({ perSecond: 5, burst: 3, perRun: 100 }, clock);
    for (let n = 0; n < 3; n++) await pace.take();
    expect(clock.elapsed()).toBe(0);
    for (let n = 0; n < 10; n++) await pace.take();
    expect(clock.elapsed()).toBe(2_000);
  });

  it('fills the burst again in a pause, and no further', async () => {
    const clock = pausedClock();
    const pace = new RequestPace({ perSecond: 5, burst: 3, perRun: 100 }, clock);
    for (let n = 0; n < 3; n++) await pace.take();
    clock.pass(60_000);
    for (let n = 0; n < 3; n++) await pace.take();
    expect(clock.pauses).toEqual([]);
    await pace.take();
    expect(clock.pauses).toEqual([200]);
  });

  it('makes concurrent requests queue', async () => {
    const clock = { elapsed: () => 0, pauses: [] as number[] };
    const pause = async (milliseconds: number) => void clock.pauses.push(milliseconds);
    const pace = new RequestPace({ perSecond: 10, burst: 1, perRun: 100 }, { ...clock, pause });
    await Promise.all([pace.take(), pace.take(), pace.take()]);
    expect(clock.pauses).toEqual([100, 200]);
  });

  it('never exceeds burst plus rate in any period', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
        async (gaps) => {
          const clock = pausedClock();
          const limit = { perSecond: 20, burst: 8, perRun: 1_000 };
          const pace = new RequestPace(limit, clock);
          const times: number[] = [];
          for (const gap of gaps) {
            clock.pass(gap);
            await pace.take();
            times.push(clock.elapsed());
          }
          times.forEach((from, first) => {
            times.slice(first).forEach((to, count) => {
              const allowed = limit.burst + ((to - from) / 1_000) * limit.perSecond;
              expect(count + 1).toBeLessThanOrEqual(allowed + 1 + 1e-6);
            });
          });
        },
      ),
    );
  });

  it('ends with the requests of the run, and begins with the next run', async () => {
    const pace = new RequestPace({ perSecond: 5, burst: 5, perRun: 2 }, pausedClock());
    await pace.take();
    expect(pace.left()).toBe(1);
    await pace.take();
    await expect(pace.take()).rejects.toThrow(RunLimitReached);
    pace.begin();
    expect(pace.left()).toBe(2);
    await pace.take();
  });

  it('covers one query for each shard and partition in its burst', () => {
    expect(RUN_LIMITS.data.burst).toBeGreaterThanOrEqual(13 * 16);
  });
});

describe('A paced client', () => {
  it('counts each request, and each retry of the SDK', async () => {
    const server = createServer((_request, response) => response.writeHead(503).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const pace = new RequestPace({ perSecond: 1_000, burst: 10, perRun: 10 }, pausedClock());
    const client = pacedBy(
      pace,
      new S3Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: { accessKeyId: 'a', secretAccessKey: 's' },
        maxAttempts: 2,
      }),
    );
    const call = client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }));
    await expect(call).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect(pace.left()).toBe(8);
    client.destroy();
    server.close();
  });

  it('sends nothing once the run has made its requests, and the SDK does not retry that', async () => {
    const pace = new RequestPace({ perSecond: 1, burst: 1, perRun: 0 }, pausedClock());
    const client = pacedBy(
      pace,
      new S3Client({
        endpoint: 'http://127.0.0.1:1',
        region: 'us-east-1',
        credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      }),
    );
    const call = client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }));
    await expect(call).rejects.toThrow('The run has made its 0 requests.');
  });
});
