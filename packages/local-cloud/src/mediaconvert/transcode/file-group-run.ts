import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishedTrack } from '../packaging/cmaf-track.ts';
import { CONTENT_TYPES } from '../packaging/file-names.ts';
import { joinTracks } from '../packaging/mp4-file.ts';
import { averageBandwidth, trackSeconds } from '../packaging/rendition-facts.ts';
import type { CaptureOutput, FileGroup, Mp4Output } from '../settings/group-settings.ts';
import type { OutputDetail } from './job-messages.ts';
import { type AudioWanted, type GroupRun, outputDetail, type RunContext } from './output-run.ts';
import { aacPlan } from './rendition-plan.ts';
import { outputBase, s3Uri } from './s3-uri.ts';
import type { StillRequest, VideoRequest } from './video-branch.ts';
import type { FinishedVideo } from './video-renditions.ts';

/** The default distance of keyframes in MediaConvert: two seconds. */
const GROUP_SECONDS = 2;

/** One output of a file group during the job. */
interface FileRun {
  readonly request: VideoRequest | StillRequest;
  readonly audio: readonly AudioWanted[];
  finish(video: FinishedVideo | undefined, audio: FinishedTrack | undefined): Promise<OutputDetail>;
}

/** A file group: frame captures (container RAW) and plain MP4 files. */
export function fileGroupRun(group: FileGroup, context: RunContext): GroupRun {
  const { destination } = group.outputGroupSettings.fileGroupSettings;
  const base = outputBase(destination, context.fileInput);
  const runs = group.outputs.map((output, index) => {
    const place = {
      ...context,
      bucket: base.bucket,
      key: `${base.key}${output.nameModifier ?? ''}`,
      path: join(context.folder, String(index)),
    };
    return 'audioDescriptions' in output || output.containerSettings.container === 'MP4'
      ? mp4Run(output as Mp4Output, place)
      : captureRun(output as CaptureOutput, place);
  });
  return {
    video: runs.map(({ request }) => request),
    audio: runs.flatMap(({ audio }) => audio),
    async finish(videos, audios) {
      const outputDetails: OutputDetail[] = [];
      const sounds = [...audios];
      for (const [index, run] of runs.entries()) {
        const sound = run.audio.length === 0 ? undefined : sounds.shift();
        outputDetails.push(await run.finish(videos[index], sound?.track));
      }
      await context.uploader.finish();
      return { type: 'FILE_GROUP', outputDetails };
    },
  };
}

interface Place extends RunContext {
  readonly bucket: string;
  /** Without extension. */
  readonly key: string;
  /** The local path, without extension. */
  readonly path: string;
}

/** Captures are named `<base><nameModifier>.0000000.jpg`, numbered from 0. COMPLETE contains only the last one. */
function captureRun(output: CaptureOutput, { uploader, bucket, key, path }: Place): FileRun {
  const keyOf = (capture: number) => `${key}.${String(capture).padStart(7, '0')}.jpg`;
  let last = 0;
  return {
    audio: [],
    request: {
      kind: 'stills',
      description: output.videoDescription,
      pathOf: (capture) => `${path}.${capture}.jpg`,
      written(capture, file, bytes) {
        last = capture;
        const body = { path: file, start: 0, end: bytes };
        uploader.add({ bucket, key: keyOf(capture), contentType: CONTENT_TYPES.jpg, body });
      },
    },
    async finish(video) {
      return outputDetail(video?.seconds ?? 0, video?.size, [s3Uri({ bucket, key: keyOf(last) })]);
    },
  };
}

function mp4Run(output: Mp4Output, { uploader, bucket, key, path }: Place): FileRun {
  const common = {
    segmentSeconds: GROUP_SECONDS,
    fragmentSeconds: GROUP_SECONDS,
    segmentDone: () => undefined,
  };
  const [videoPath, audioPath, filePath] = [`${path}.cmfv`, `${path}.cmfa`, `${path}.mp4`];
  return {
    request: { kind: 'video', path: videoPath, description: output.videoDescription, ...common },
    audio: (output.audioDescriptions ?? []).map((description) => ({
      description,
      request: { path: audioPath, plan: aacPlan(description), ...common },
    })),
    async finish(video, audio) {
      const { moovPlacement } = output.containerSettings.mp4Settings ?? {};
      const parts = audio === undefined ? [videoPath] : [videoPath, audioPath];
      await joinTracks(parts, filePath, moovPlacement !== 'NORMAL');
      const { size } = await stat(filePath);
      const to = { bucket, key: `${key}.mp4` };
      const body = { path: filePath, start: 0, end: size };
      uploader.add({ ...to, contentType: CONTENT_TYPES.mp4, body });
      const track = video?.track;
      const length = track === undefined ? 0 : trackSeconds(track);
      const bitrate = track === undefined ? {} : { averageBitrate: averageBandwidth(track) };
      const picture = video === undefined ? undefined : { ...video.size, ...bitrate };
      return outputDetail(length, picture, [s3Uri(to)]);
    },
  };
}
