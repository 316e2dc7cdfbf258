import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import type { CompletedPart } from '@aws-sdk/client-s3';
import type { BenchRun } from '../bench.ts';
import { rounds } from '../rounds.ts';
import { Bucket, type OpenUpload } from './bucket.ts';
import { put } from './plain-http.ts';
import { startServer } from './server.ts';

/** S3's minimum, which makes the largest number of parts. */
const PART_BYTES = 5 * 1024 ** 2;

interface ReadyUpload {
  readonly upload: OpenUpload;
  readonly parts: readonly CompletedPart[];
}

/**
 * Duration of CompleteMultipartUpload in ms by number of parts of 5 MiB. All parts are stored once; each round
 * starts a server over a copy of the data folder in which the parts are hard links.
 */
export async function completeCost(
  run: BenchRun,
  partCounts: readonly number[],
): Promise<ReadonlyMap<string, number[]>> {
  const stored = mkdtempSync(join(run.folder, 'parts-'));
  const ready = await storeParts(run, stored, partCounts);
  return rounds(
    run,
    'complete',
    [...ready].map(([count, { upload, parts }]) => ({
      name: `${count}`,
      async run() {
        const folder = mkdtempSync(join(run.folder, 'complete-'));
        copyTree(stored, folder);
        const server = await startServer('s3', folder);
        const bucket = new Bucket(server.endpoint);
        try {
          // The first call of a process is slower, so it must not be the one that is measured.
          await bucket.create('other');
          return await bucket.complete(upload, parts);
        } finally {
          bucket.close();
          await server.close();
        }
      },
    })),
  );
}

async function storeParts(
  run: BenchRun,
  folder: string,
  partCounts: readonly number[],
): Promise<ReadonlyMap<number, ReadyUpload>> {
  const server = await startServer('s3', folder);
  const agent = new Agent();
  const bucket = new Bucket(server.endpoint);
  const ready = new Map<number, ReadyUpload>();
  try {
    await bucket.create();
    const body = new Uint8Array(PART_BYTES);
    for (const count of partCounts) {
      run.say(`storing ${count} parts of 5 MiB`);
      const upload = await bucket.begin(`of-${count}`, {
        size: count * PART_BYTES,
        partSize: PART_BYTES,
      });
      const parts: CompletedPart[] = [];
      for (const { partNumber, url } of upload.parts) {
        parts.push({ PartNumber: partNumber, ETag: await put(agent, url, body) });
      }
      ready.set(count, { upload, parts });
    }
    return ready;
  } finally {
    agent.destroy();
    bucket.close();
    await server.stop();
  }
}

/** Copies folders and the database, and links the parts. */
function copyTree(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    const source = join(entry.parentPath, entry.name);
    const target = source.replace(from, to);
    if (entry.isDirectory()) mkdirSync(target, { recursive: true });
    else if (entry.parentPath === from) copyFileSync(source, target);
    else linkSync(source, target);
  }
}
