import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { AV_CODEC_ID_NONE, AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants';
import type { Stream } from 'node-av/lib';
import type { JobSettings } from '../settings/job-settings.ts';
import { type AudioRendition, openAudioRendition } from './audio-rendition.ts';
import { cmafGroupRun } from './cmaf-group-run.ts';
import { fileGroupRun } from './file-group-run.ts';
import { constantRate } from './frame-rate.ts';
import type { Ratio } from './frame-size.ts';
import { inputDetail, languageOf } from './input-details.ts';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import type { FromJob, OutputGroupDetail } from './job-messages.ts';
import { type OpenInput, openInput } from './open-input.ts';
import { type Orientation, orientationOf, UPRIGHT } from './orientation.ts';
import type { AudioWanted, GroupRun } from './output-run.ts';
import { openRangedSource } from './ranged-source.ts';
import { decodeAll, type StreamReader } from './read-loop.ts';
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
  const rate = input.video && constantRate(input.video.avgFrameRate, input.video.rFrameRate);
  report({ type: 'input', details: [inputDetail(fileInput, input, rate)] });

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
  const video = openVideo(input, rate, runs, order);
  const sounds = await openSounds(input, runs, settings);
  const readers: StreamReader[] = [
    ...(video === undefined ? [] : [video.reader]),
    ...sounds.map((sound) => sound.reader),
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
        language: languageOf(sound.reader.stream),
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
  { video }: OpenInput,
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
  readonly reader: StreamReader;
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
    const selected = selectAudio(input, description, settings);
    const follow = (selected.correction ?? 'DISABLED') !== 'DISABLED';
    const rendition = await openAudioRendition({ ...request, follow });
    const { stream } = selected;
    sounds.push({
      reader: { kind: 'Audio', stream, push: (frame) => rendition.push(frame, stream.timeBase) },
      finish() {
        const track = rendition.finish();
        if (track !== undefined) return track;
        throw new JobFailure(
          FAILURE_CODES.noAudio,
          `No audio frames decoded on [selector-(${selected.name})-track-${selected.track}-drc]`,
        );
      },
      close: () => rendition.close(),
    });
  }
  return sounds;
}

/** DEFAULT selects the first track with a known codec. `tracks` numbers the audio tracks from 1. */
function selectAudio(
  { audios }: OpenInput,
  { audioSourceName }: AudioWanted['description'],
  { inputs }: JobSettings,
) {
  const selectors = Object.entries(inputs[0]?.audioSelectors ?? {});
  const number = Math.max(
    0,
    selectors.findIndex(([name]) => name === audioSourceName),
  );
  const [name, selector] = selectors[number] ?? ['', {}];
  const known = audios.findIndex((each) => each.codecpar.codecId !== AV_CODEC_ID_NONE);
  const track = selector.tracks?.[0] ?? Math.max(0, known) + 1;
  const stream = audios[track - 1];
  if (stream === undefined) {
    throw new JobFailure(
      FAILURE_CODES.incompatibleSettings,
      `Invalid audio track specified for audio_selector [${number + 1}]. Audio track [${track}] not found in input container.`,
    );
  }
  return { name, stream, track, correction: selector.audioDurationCorrection };
}
