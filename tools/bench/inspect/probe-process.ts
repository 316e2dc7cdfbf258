import { AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { avGetCodecName, FFmpegError, FormatContext } from 'node-av/lib';
import { defaultUploadPolicy } from '../../../core/uploads/upload-policy.ts';
import { s3Client } from '../../../functions/adapters/s3/s3-client.ts';
import { mediaInspector } from '../../../functions/inspect-media.ts';
import type { ProbeOrder } from './probe.ts';
import type { ProbeResponse } from './probe-response.ts';

const inspector = mediaInspector(s3Client(), () => performance.now());

/**
 * Inspects one object after the other in one warm process, by the inspector or by FFmpeg over HTTP. Environment
 * variables have the endpoint of S3, as in a Lambda function.
 */
process.on('message', (order: ProbeOrder) => {
  const probe = order.by === 'reelgate' ? byInspector : byFfmpeg;
  probe(order).then(
    (response) => process.send?.(response),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function byInspector({ bucket, key, etag, size }: ProbeOrder): Promise<ProbeResponse> {
  const object = { bucket, key, etag: `"${etag.replaceAll('"', '')}"`, size };
  const declared = { contentType: 'video/mp4', size };
  const began = performance.now();
  const { inspection } = await inspector.inspect(object, declared, defaultUploadPolicy);
  const ms = performance.now() - began;
  if (inspection.outcome === 'rejected') {
    throw new Error(`The inspector rejected the video: ${inspection.reason.code}.`);
  }
  const { media } = inspection;
  const [video] = media.video;
  return {
    ms,
    durationSeconds: media.durationSeconds,
    width: video?.displayWidth ?? 0,
    height: video?.displayHeight ?? 0,
    codecs: [video?.codec ?? '', media.audio[0]?.codec ?? ''],
  };
}

/** The work of ffprobe before its output: open the input and find its streams. */
async function byFfmpeg({ url }: ProbeOrder): Promise<ProbeResponse> {
  const began = performance.now();
  const format = new FormatContext();
  check(await format.openInput(url));
  check(await format.findStreamInfo());
  const { streams } = format;
  const video = streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO);
  const audio = streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO);
  const facts = {
    durationSeconds: Number(format.duration) / 1e6,
    width: video?.codecpar.width ?? 0,
    height: video?.codecpar.height ?? 0,
    codecs: [video, audio].map((each) => (each && avGetCodecName(each.codecpar.codecId)) ?? ''),
  };
  await format.closeInput();
  return { ms: performance.now() - began, ...facts };
}

function check(code: number): void {
  if (code < 0) throw new Error(new FFmpegError(code).message);
}
