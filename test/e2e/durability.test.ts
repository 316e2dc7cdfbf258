import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UploadError, type uploadsApi } from '@reelgate/client';
import { expandGrant } from '../../core/contract/expand-grant.ts';
import { isTerminal } from '../../core/contract/lifecycle.ts';
import type { Upload } from '../../core/contract/upload.ts';
import { RECONCILE_EVERY_MINUTES } from '../../core/reconciliation/reconcile.ts';
import { controlOf } from '../kit/cloud-control.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';
import { MAX_LONG_TEST_MS, MAX_WAIT_MS } from '../kit/limits.ts';
import { seededRandom } from '../kit/seeded-random.ts';

const KILLS = 25;
const KILLS_AN_UPLOAD = 5;

const film = readFileSync(join(import.meta.dirname, '../fixtures/media/sample_video_only.mp4'));

describe('A local cloud that is killed at random points of an upload', () => {
  const random = seededRandom();
  let cloud: HostedCloud;

  beforeAll(async () => {
    cloud = await hostCloud();
  });

  afterAll(() => cloud?.close());

  it(
    `brings every upload to ready after ${KILLS} kills (seed ${random.seed})`,
    async () => {
      let kills = 0;
      while (kills < KILLS) {
        const driven = drive(cloud, crypto.randomUUID());
        let ended: Upload | undefined;
        // A failure is reported where the upload is awaited, below.
        driven.then(
          (upload) => {
            ended = upload;
          },
          () => {},
        );
        for (let n = 0; n < KILLS_AN_UPLOAD && !ended; n++) {
          // An upload without a kill takes about two seconds.
          await pause(random.next() * 2_000);
          if (ended) break;
          await cloud.kill();
          kills++;
          await cloud.restart();
        }
        const upload = await driven;
        expect({ status: upload.status, reason: upload.reason }).toEqual({ status: 'ready' });
        // Each status occurs once: no step ran twice.
        const passed = upload.timeline.map((entry) => entry.to);
        expect(new Set(passed).size).toBe(passed.length);
      }
    },
    MAX_LONG_TEST_MS,
  );
});

describe('A local cloud that is killed while uploads wait for a slot', () => {
  const random = seededRandom();
  const UPLOADS = 4;
  const KILLS_OF_BURST = 6;
  const RECONCILE_MS = RECONCILE_EVERY_MINUTES * 60_000;
  /** Access tokens are valid for an hour of the cloud's clock. */
  const MAX_RUNS_OF_RECONCILER = 8;
  let cloud: HostedCloud;

  beforeAll(async () => {
    const transcoding = { jobsAtOnce: 1, jobsAtOncePerOwner: 1 };
    cloud = await hostCloud({ transcoding }, { control: true });
  });

  afterAll(() => cloud?.close());

  it(
    `brings every one of them to ready (seed ${random.seed})`,
    async () => {
      const driven = Array.from({ length: UPLOADS }, () => drive(cloud, crypto.randomUUID()));
      const all = Promise.all(driven);
      let isOver = false;
      all
        .finally(() => {
          isOver = true;
        })
        .catch(() => {});
      for (let kills = 0; kills < KILLS_OF_BURST && !isOver; kills += 1) {
        await pause(random.next() * 3_000);
        await cloud.kill();
        await cloud.restart();
      }
      // A start that was lost, and the end of a job whose event was lost, wait for the reconciler.
      for (let runs = 0; runs < MAX_RUNS_OF_RECONCILER && !isOver; runs += 1) {
        await Promise.race([all, pause(20_000)]);
        if (!isOver) await controlOf(cloud.hosted).moveClock(RECONCILE_MS);
      }
      const uploads = await all;
      expect(uploads.map(({ status, reason }) => ({ status, reason }))).toEqual(
        uploads.map(() => ({ status: 'ready' })),
      );
    },
    MAX_LONG_TEST_MS,
  );
});

type Api = ReturnType<typeof uploadsApi>;

/** Completes one upload; repeats each step while the cloud is down. */
async function drive(cloud: HostedCloud, idempotencyKey: string): Promise<Upload> {
  const api = await retryWhileDown(() => cloud.as('uploader-a'));
  const { upload, grant } = await retryWhileDown(() =>
    api.create(
      { fileName: 'film.mp4', contentType: 'video/mp4', size: film.length },
      idempotencyKey,
    ),
  );
  const parts: { partNumber: number; etag: string }[] = [];
  for (const part of expandGrant(grant, { size: film.length, partSize: upload.parts.size })) {
    const etag = await retryWhileDown(async () => {
      const body = film.subarray(part.offset, part.offset + part.size);
      const response = await fetch(part.url, { method: 'PUT', body: new Uint8Array(body) });
      if (!response.ok) throw new Error(`S3 returned ${response.status}: ${await response.text()}`);
      return response.headers.get('etag') ?? '';
    });
    parts.push({ partNumber: part.partNumber, etag });
  }
  await retryWhileDown(() => api.complete(upload.id, { parts }));
  return ended(api, upload.id);
}

async function ended(api: Api, id: string): Promise<Upload> {
  for (;;) {
    const { upload } = await retryWhileDown(() => api.get(id));
    if (isTerminal(upload.status)) return upload;
    await pause(100);
  }
}

/** Repeats a step while the cloud is down or starting; an error that is not retryable is final. */
async function retryWhileDown<T>(step: () => Promise<T>): Promise<T> {
  const until = Date.now() + MAX_WAIT_MS;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      const refused = error instanceof UploadError && !error.retryable;
      if (refused || Date.now() > until) throw error;
    }
    await pause(100);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
