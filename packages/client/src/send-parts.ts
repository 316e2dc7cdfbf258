import type { Upload } from '../../../core/contract/wire.ts';
import { concurrencyControl } from './concurrency-control.ts';
import { crcToBase64 } from './crc64/base64.ts';
import { PartScheduler } from './part-scheduler.ts';
import type { PartJob } from './part-source.ts';
import { partUrls } from './part-urls.ts';
import type { ReceivedPart } from './resume-state.ts';
import type { UploadContext } from './upload-context.ts';

/** Sends parts until S3 has stored all of them, and adds them to `received`. @throws UploadError */
export async function sendParts(
  context: UploadContext,
  upload: Upload,
  jobs: readonly PartJob[],
  received: Map<number, ReceivedPart>,
): Promise<void> {
  const { source, api, state, options, platform, signal } = context;
  const urls = partUrls({
    now: () => options.clock.now(),
    sign: async (partNumbers) => (await api.sign(upload.id, partNumbers)).grant,
    outstanding: () => scheduler.outstanding(),
  });
  if (state.grant) urls.use(state.grant.grant, state.grant.requestedAt);
  const bounds = options.concurrency
    ? { initial: options.concurrency, max: options.concurrency }
    : platform.concurrency;
  const scheduler = new PartScheduler(jobs, {
    ...options,
    patienceMs: options.uploadPatienceMs,
    source,
    urls,
    meter: state.meter,
    concurrency: concurrencyControl(bounds),
    signal,
    onStored: async ({ job: { partNumber }, etag, crc: checksum }) => {
      const crc = crcToBase64(checksum);
      received.set(partNumber, { etag, crc });
      await state.session.addPart({ partNumber, etag, crc });
      state.resumable = state.session.active;
    },
    onChange: () => state.changed(),
  });
  await state.send(scheduler);
}
