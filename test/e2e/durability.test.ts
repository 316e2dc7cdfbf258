import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UploadError, type uploadsApi } from '@reelgate/client';
import { expandGrant } from '../../core/contract/expand-grant.ts';
import { isTerminal } from '../../core/contract/lifecycle.ts';
import type { Upload } from '../../core/contract/upload.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';
import { MAX_LONG_TEST_MS, MAX_WAIT_MS } from '../kit/limits.ts';
import { seededRandom } from '../kit/seeded-random.ts';

const KILLS = 25;
const KILLS_AN_UPLOAD = 5;

let cloud: HostedCloud;

beforeAll(async () => {
  cloud = await hostCloud();
});

afterAll(() => cloud?.close());

const film = readFileSync(join(import.meta.dirname, '../fixtures/media/sample_video_only.mp4'));

describe('A local cloud that is killed at random points of an upload', () => {
  const random = seededRandom();

  it(
    `brings every upload to ready after ${KILLS} kills (seed ${random.seed})`,
    async () => {
      let kills = 0;
      while (kills < KILLS) {
        const driven = drive(crypto.randomUUID());
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

type Api = ReturnType<typeof uploadsApi>;

/** Completes one upload; repeats each step while the cloud is down. */
async function drive(idempotencyKey: string): Promise<Upload> {
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
