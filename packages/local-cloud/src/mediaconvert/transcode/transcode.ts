import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants';
import type { Stream } from 'node-av/lib';
import type { JobSettings } from '../settings/job-settings.ts';
import { type AudioRendition, openAudioRendition } from './audio-rendition.ts';
import { channelGains } from './channel-gains.ts';
import { cmafGroupRun } from './cmaf-group-run.ts';
import { fileGroupRun } from './file-group-run.ts';
import { constantRate } from './frame-rate.ts';
import type { Ratio } from './frame-size.ts';
import { inputDetail, languageOf } from './input-details.ts';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import type { FromJob, OutputGroupDetail } from './job-messages.ts';
import { type OpenInput, openInput } from './open-input.ts';
import { type Orientation, orientationOf, UPRIGHT } from './orientation.ts';
import type { GroupRun } from './output-run.ts';
import { openRangedSource } from './ranged-source.ts';
import { decodeAll, type StreamReader } from './read-loop.ts';
import { selectAudio, selectVideo } from './select-tracks.ts';
import { uploader } from './uploader.ts';
import { type VideoRenditions, videoRenditions } from './video-renditions.ts';

export interface TranscodeOrder {
  readonly settings: JobSettings;
  readonly folder: string;
  readonly s3: S3Client;
  report(message: FromJob): void;
}

/** Runs a job: probes the input, decodes it once, creates and stores every output. Throws JobFailure. */
export async function transcode(order: TranscodeOrder): Promise<OutputGroupDetail[]> {
  const { settings, s3, report } = order;
  const [inputSettings] = settings.inputs;
  if (inputSettings === undefined) throw new Error('Settings without input were validated.');
  const { fileInput } = inputSettings;
  report({ type: 'progress', phase: 'PROBING', phasePercent: 0, framesDecoded: 0 });
  const input = await openInput(await openRangedSource(s3, fileInput));
  const picture = selectVideo(input, inputSettings);
  const rate = picture && constantRate(picture.avgFrameRate, picture.rFrameRate);
  report({ type: 'input', details: [inputDetail(fileInput, { ...input, video: picture }, rate)] });

  const uploads = uploader(s3);
  const runs: GroupRun[] = [];
  for (const [index, group] of settings.outputGroups.entries()) {
    const folder = join(order.folder, String(index));
    await mkdir(folder, { recursive: true });
    const context = { fileInput, folder, uploader: uploads };
    runs.push(
      'cmafGroupSettings' in group.outputGroupSettings
        ? cmafGroupRun(group as never, context)
        : fileGroupRun(group as never, context),
    );
  }
  const video = openVideo(picture, rate, runs, order);
  const sounds = await openSounds(input, runs, settings);
  const readers: StreamReader[] = [
    ...(video === undefined ? [] : [video.reader]),
    ...sounds.flatMap((sound) => sound.readers),
  ];
  try {
    await decodeAll({
      input,
      fileInput,
      readers,
      progress(percent, framesDecoded) {
        uploads.check();
        report({ type: 'progress', phase: 'TRANSCODING', phasePercent: percent, framesDecoded });
      },
    });
    report({ type: 'progress', phase: 'UPLOADING', phasePercent: 0, framesDecoded: 0 });
    const videos = video?.renditions.finish() ?? [];
    const details: OutputGroupDetail[] = [];
    let [nextVideo, nextSound] = [0, 0];
    for (const run of runs) {
      const made = sounds.slice(nextSound, nextSound + run.audio.length).map((sound) => ({
        track: sound.finish(),
        language: languageOf(sound.stream),
      }));
      details.push(await run.finish(videos.slice(nextVideo, nextVideo + run.video.length), made));
      nextVideo += run.video.length;
      nextSound += run.audio.length;
    }
    return details;
  } finally {
    video?.renditions.close();
    for (const sound of sounds) sound.close();
    await input.close();
  }
}

interface OpenedVideo {
  readonly renditions: VideoRenditions;
  readonly reader: StreamReader;
}

function openVideo(
  video: Stream | undefined,
  rate: Ratio | undefined,
  runs: readonly GroupRun[],
  { settings, folder }: TranscodeOrder,
): OpenedVideo | undefined {
  const requests = runs.flatMap((run) => run.video);
  if (requests.length === 0) return undefined;
  const [input] = settings.inputs;
  if (video === undefined || rate === undefined) {
    throw new JobFailure(
      FAILURE_CODES.noVideo,
      `Your input file [${input?.fileInput}] doesn't have video that the transcoder can consume.`,
    );
  }
  const source = {
    stream: video,
    selector: input?.videoSelector,
    folder,
    orientation: orientationFor(video, input?.videoSelector?.rotate),
    par: pixelAspect(video),
    rate,
  };
  const renditions = videoRenditions(source, requests);
  return { renditions, reader: { kind: 'Video', stream: video, push: renditions.push } };
}

function orientationFor(stream: Stream, rotate = 'DEGREE_0'): Orientation {
  if (rotate === 'AUTO') {
    return orientationOf(stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
  }
  const turns = { DEGREES_90: 1, DEGREES_180: 2, DEGREES_270: 3 } as const;
  const turn = turns[rotate as keyof typeof turns];
  return turn === undefined ? UPRIGHT : { turn, mirror: false };
}

/** Like players, prefers the value of the container to that of the codec. */
function pixelAspect(stream: Stream): Ratio {
  for (const { num, den } of [stream.sampleAspectRatio, stream.codecpar.sampleAspectRatio]) {
    if (num > 0 && den > 0) return { num, den };
  }
  return { num: 1, den: 1 };
}

interface OpenedSound {
  readonly readers: readonly StreamReader[];
  /** The first track of the selector, for the language. */
  readonly stream: Stream;
  finish(): ReturnType<AudioRendition['finish']> & object;
  close(): void;
}

async function openSounds(
  input: OpenInput,
  runs: readonly GroupRun[],
  settings: JobSettings,
): Promise<OpenedSound[]> {
  const sounds: OpenedSound[] = [];
  for (const { description, request } of runs.flatMap((run) => run.audio)) {
    const { name, selector, tracks } = selectAudio(input, description, settings);
    const channels = tracks.reduce((sum, { stream }) => sum + stream.codecpar.channels, 0);
    const { channelsIn } = description.remixSettings ?? { channelsIn: channels };
    if (channelsIn !== channels) {
      throw new JobFailure(
        FAILURE_CODES.incompatibleSettings,
        `Audio selector [${name}] has [${channels}] channels; remixSettings expect [${channelsIn}].`,
      );
    }
    const rendition = await openAudioRendition({
      ...request,
      tracks: tracks.map(({ stream }) => ({
        channels: stream.codecpar.channels,
        timeBase: stream.timeBase,
      })),
      gains: channelGains(description, channels, request.plan.channels),
      follow: (selector.audioDurationCorrection ?? 'DISABLED') !== 'DISABLED',
    });
    const [first] = tracks;
    if (first === undefined) throw new Error('A selector has a track.');
    sounds.push({
      stream: first.stream,
      readers: tracks.map(({ stream }, index) => ({
        kind: 'Audio',
        stream,
        push: (frame) => rendition.push(index, frame),
      })),
      finish() {
        const track = rendition.finish();
        if (track !== undefined) return track;
        throw new JobFailure(
          FAILURE_CODES.noAudio,
          `No audio frames decoded on [selector-(${name})-track-${first.number}-drc]`,
        );
      },
      close: () => rendition.close(),
    });
  }
  return sounds;
}
