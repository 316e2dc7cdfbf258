import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { INSPECTION_BUDGET } from '../../core/media/inspection-budget.ts';
import { DamagedMedia } from './damaged-media.ts';
import type { FromWorker, ToWorker } from './mediainfo-messages.ts';
import type { MediaInfoTrack } from './mediainfo-track.ts';
import { InspectionBudgetExceeded, type RangedReader } from './ranged-reader.ts';

/** How often the thread's CPU time is compared with the budget. */
const CPU_CHECK_MS = 100;

/** Bytes that MediaInfo may cause to be fetched; the rest is for timestamps at the end of the file. */
const MAX_FETCHED_BYTES = INSPECTION_BUDGET.bytes - 2 * 1024 * 1024;
const MAX_FETCHES = INSPECTION_BUDGET.reads - 10;

/** MediaInfo reads the file in pieces of this size: enough for the description of most containers. */
const CHUNK_BYTES = 256 * 1024;

interface Thread {
  readonly worker: Worker;
  /** Rejects if MediaInfo cannot be loaded: a fault of ours, not of a file. */
  readonly ready: Promise<void>;
}

let thread: Thread | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** Starts the thread, so that it compiles MediaInfo while the first bytes are fetched. */
export function warmUpMediaInfo(): void {
  thread ??= startThread();
}

/**
 * MediaInfo's description of a file, read within the reader's budget. Where that would be exceeded, MediaInfo describes
 * the part that it has read.
 *
 * @throws InspectionBudgetExceeded `cpuMs` if MediaInfo takes more CPU time than one inspection may
 * @throws DamagedMedia `structure` if MediaInfo fails
 */
export function describeMedia(reader: RangedReader): Promise<readonly MediaInfoTrack[]> {
  // One instance describes one file at a time.
  const result = queue.then(() => describe(reader));
  queue = result.catch(() => undefined);
  return result;
}

async function describe(reader: RangedReader): Promise<readonly MediaInfoTrack[]> {
  thread ??= startThread();
  const { worker, ready } = thread;
  worker.ref();
  try {
    await ready;
    return tracksOf(await exchange(worker, reader));
  } catch (error) {
    thread = undefined;
    await worker.terminate();
    throw error;
  } finally {
    worker.unref();
  }
}

/** Answers the thread's reads until it has described the file. */
async function exchange(worker: Worker, reader: RangedReader): Promise<string> {
  const before = await worker.cpuUsage();
  return new Promise<string>((resolve, reject) => {
    let readerError: unknown;
    const timer = setInterval(async () => {
      const { user, system } = await worker.cpuUsage(before).catch(() => ({ user: 0, system: 0 }));
      const cpuMs = Math.round((user + system) / 1_000);
      if (cpuMs <= INSPECTION_BUDGET.cpuMs) return;
      end(() => reject(new InspectionBudgetExceeded('cpuMs', cpuMs, INSPECTION_BUDGET.cpuMs)));
    }, CPU_CHECK_MS);
    const onMessage = async (message: FromWorker) => {
      if (message.type === 'read') {
        const bytes = await readWithin(reader, message).catch((error: unknown) => {
          readerError ??= error;
          return new Uint8Array();
        });
        worker.postMessage({ type: 'bytes', bytes } satisfies ToWorker);
      } else if (message.type === 'described' && readerError === undefined) {
        end(() => resolve(message.json));
      } else {
        end(() => reject(readerError ?? unreadable()));
      }
    };
    const onError = () => end(() => reject(readerError ?? unreadable()));
    const end = (settle: () => void) => {
      clearInterval(timer);
      worker.off('message', onMessage);
      worker.off('error', onError);
      settle();
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    const { size } = reader;
    worker.postMessage({ type: 'describe', size, chunkBytes: CHUNK_BYTES } satisfies ToWorker);
  });
}

/** Nothing where the budget of MediaInfo is used up. */
async function readWithin(
  reader: RangedReader,
  { start, length }: { readonly start: number; readonly length: number },
): Promise<Uint8Array> {
  const { reads, bytes } = reader.cost();
  const affordable = reads < MAX_FETCHES && bytes + length <= MAX_FETCHED_BYTES;
  return affordable ? reader.read(start, start + length) : new Uint8Array();
}

function unreadable(): DamagedMedia {
  return new DamagedMedia('structure', 'The description of the tracks cannot be read.');
}

function tracksOf(json: string): readonly MediaInfoTrack[] {
  try {
    const { media } = JSON.parse(json) as { media?: { track?: readonly MediaInfoTrack[] } | null };
    return media?.track ?? [];
  } catch {
    // MediaInfo copies text of the file into its result.
    throw unreadable();
  }
}

function startThread(): Thread {
  const folder = import.meta.dirname;
  const worker = new Worker(join(folder, `mediainfo-worker${extname(import.meta.filename)}`), {
    workerData: { wasmFolder: wasmFolder(folder) },
  });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', ({ type }: FromWorker) =>
      type === 'ready' ? resolve() : reject(new Error('MediaInfo cannot be loaded.')),
    );
    worker.once('error', reject);
  });
  // `describe` reports the error of a thread that nobody waits for yet.
  ready.catch(() => undefined);
  // A thread that waits for work does not keep a command from ending.
  worker.unref();
  return { worker, ready };
}

/** In a bundle the module is beside the code; in the repository it is in the package. */
function wasmFolder(folder: string): string {
  const file = 'MediaInfoModule.wasm';
  if (existsSync(join(folder, file))) return folder;
  return dirname(createRequire(import.meta.filename).resolve(`mediainfo.js/${file}`));
}
