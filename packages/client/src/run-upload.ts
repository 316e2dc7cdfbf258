import type { Upload } from '../../../core/contract/wire.ts';
import { uploadsApi } from './api.ts';
import { abortError } from './clock.ts';
import { completeUpload } from './complete-upload.ts';
import { createNewUpload } from './create-upload.ts';
import { findUnfinished } from './find-unfinished.ts';
import type { PartSource } from './part-source.ts';
import { progressMeter } from './progress-meter.ts';
import { resumeSession } from './resume-session.ts';
import type { UploadContext, UploadRun } from './upload-context.ts';

/** Runs one upload, from its file to the response to `complete`. @throws UploadError */
export async function runUpload(run: UploadRun): Promise<Upload> {
  const { state, options, signal } = run;
  const source = await run.open();
  state.meter = progressMeter(source.size);
  state.session = resumeSession(storeOf(run, source));
  try {
    return await runSteps({
      ...run,
      source,
      api: uploadsApi({ ...options, patienceMs: options.uploadPatienceMs, signal }),
    });
  } finally {
    state.session.release();
    await source.close();
  }
}

function storeOf({ options, platform }: UploadRun, source: PartSource) {
  if (!source.reopenable || options.store === false) return undefined;
  return options.store ?? platform.store();
}

async function runSteps(context: UploadContext): Promise<Upload> {
  const { state, signal, options } = context;
  const unfinished = await findUnfinished(context);
  if (signal.aborted) throw abortError(signal);
  const { upload, received } = unfinished ?? (await createNewUpload(context));
  state.uploadId = upload.id;
  state.resumable = state.session.active;
  if (received && signal.aborted) throw abortError(signal);
  if (received) options.onGranted?.(upload);
  const completed = received ? await completeUpload(context, upload, received) : upload;
  await state.session.remove();
  return completed;
}
