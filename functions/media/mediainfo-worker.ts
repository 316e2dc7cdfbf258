import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import mediaInfoFactory from 'mediainfo.js';
import type { FromWorker, ToWorker } from './mediainfo-messages.ts';

/**
 * Runs MediaInfo in a thread that the inspection can end: a damaged file may keep it busy without end. The thread has no
 * access to S3; it asks for bytes and gets them from the inspection's bounded reader.
 */
const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread.');

const { wasmFolder } = workerData as { readonly wasmFolder: string };
const pending: ((bytes: Uint8Array) => void)[] = [];
const send = (message: FromWorker) => port.postMessage(message);

// Compiling takes most of the start. One instance serves all inspections of the process.
const library = mediaInfoFactory({
  format: 'JSON',
  locateFile: (file) => join(wasmFolder, file),
});
library.then(
  () => send({ type: 'ready' }),
  () => send({ type: 'failed' }),
);

port.on('message', async (message: ToWorker) => {
  if (message.type === 'bytes') {
    pending.shift()?.(message.bytes);
    return;
  }
  try {
    const mediaInfo = await library;
    mediaInfo.options.chunkSize = message.chunkBytes;
    const json = await mediaInfo.analyzeData(message.size, (length, start) => {
      send({ type: 'read', start, length });
      return new Promise<Uint8Array>((resolve) => pending.push(resolve));
    });
    send({ type: 'described', json });
  } catch {
    send({ type: 'failed' });
  }
});
