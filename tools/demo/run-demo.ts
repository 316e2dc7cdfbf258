import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { UploadError, upload, watch } from '@reelgate/client';
import { reasonOf } from '../../core/contract/reasons.ts';
import type { Upload } from '../../core/contract/upload.ts';
import { accessToken } from '../cloud/access-token.ts';
import type { Hosted } from '../cloud/hosted.ts';
import { playbackOf } from '../cloud/playback-of.ts';
import { checkPlayback } from './check-playback.ts';
import { contentTypeOf } from './content-type.ts';
import type { DemoResult } from './demo-result.ts';
import { executionFacts } from './execution-facts.ts';
import { recordedExecution } from './recorded-execution.ts';

/** Reports what happens while the demo runs. */
export interface DemoReport {
  say(line: string): void;
  progress(sent: number, total: number): void;
  changed(upload: Upload): void;
}

/** Signs in as `uploader-a`, uploads the file, waits until its processing ends, and plays the result. */
export async function runDemo(
  hosted: Hosted,
  path: string,
  report: DemoReport,
  signal: AbortSignal,
): Promise<DemoResult> {
  const began = performance.now();
  const fileName = basename(path);
  const token = await accessToken(hosted, 'uploader-a');
  const api = { api: hosted.api, getToken: () => token, signal };
  const at: { requested: number; granted?: number; sent?: number; completing?: number } = {
    requested: performance.now(),
  };
  let parts = 0;
  const total = () => ({ totalMs: since(began) });

  let uploaded: Upload;
  try {
    uploaded = await upload(path, {
      resume: false,
      store: false,
      ...api,
      contentType: contentTypeOf(fileName),
      onGranted: (granted) => {
        at.granted = performance.now();
        parts = granted.parts.count;
        report.say(`Upload ${granted.id} accepted, ${parts} part${parts === 1 ? '' : 's'}.`);
        report.changed(granted);
      },
      onProgress: ({ state, sentBytes, totalBytes }) => {
        report.progress(sentBytes, totalBytes);
        if (state !== 'completing') return;
        at.sent = performance.now();
        at.completing = Date.now();
      },
    }).done;
  } catch (error) {
    if (!(error instanceof UploadError) || at.granted !== undefined) throw error;
    return refusedResult(error, statSync(path).size, total());
  }
  report.changed(uploaded);

  const ended = await watch(uploaded.id, { ...api, everyMs: 250, onChange: report.changed });
  const execution = await recordedExecution(hosted, ended.id);
  const facts = execution ? await executionFacts(hosted, execution) : undefined;
  const playback =
    ended.status === 'ready' ? await playbackOf(hosted.api, token, ended.id) : undefined;
  const played = playback && (await checkPlayback(playback, report.say));
  const created = facts?.jobCreatedAt;
  return {
    status: ended.status,
    ...(ended.reason && { reason: ended.reason }),
    uploadId: ended.id,
    source: sourceOf(ended),
    parts,
    timings: {
      ...(at.granted !== undefined && { grantMs: Math.round(at.granted - at.requested) }),
      ...(at.sent !== undefined &&
        at.granted !== undefined && { uploadMs: Math.round(at.sent - at.granted) }),
      ...(created !== undefined &&
        at.completing !== undefined && { completeToCreateJobMs: created - at.completing }),
      ...total(),
    },
    ...(facts && { transitions: facts.transitions, lambdaInvocations: facts.lambdaInvocations }),
    ...(facts?.inspect && { inspect: facts.inspect }),
    ...(playback &&
      played && {
        renditions: played.renditions,
        manifests: { hls: playback.hls, dash: playback.dash },
        poster: playback.poster,
      }),
  };
}

/** The API refused the upload: nothing was recorded and nothing sent. */
function refusedResult(
  error: UploadError,
  size: number,
  timings: DemoResult['timings'],
): DemoResult {
  const fields = error.problem?.errors ?? [];
  const code = fields[0]?.code ?? error.code;
  const { sentence, next, retryable } = reasonOf(code);
  const detail = fields[0]?.detail ?? error.message;
  const isRefusal = error.status === 422 || error.status === 409;
  return {
    status: isRefusal ? 'rejected' : 'failed',
    reason: { code, sentence, next, retryable, detail },
    source: { size },
    timings,
  };
}

function sourceOf({ size, media }: Upload): DemoResult['source'] {
  if (!media) return { size };
  const [video] = media.video;
  const [audio] = media.audio;
  return {
    size,
    container: media.container,
    duration: media.durationSeconds,
    ...(video && {
      width: video.displayWidth,
      height: video.displayHeight,
      videoCodec: video.codec,
    }),
    ...(audio && { audioCodec: audio.codec }),
  };
}

function since(began: number): number {
  return Math.round(performance.now() - began);
}
