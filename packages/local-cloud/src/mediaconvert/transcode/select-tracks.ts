import { AV_CODEC_ID_NONE } from 'node-av/constants';
import type { Stream } from 'node-av/lib';
import type { AudioDescription } from '../settings/audio-settings.ts';
import type { JobSettings } from '../settings/job-settings.ts';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import type { OpenInput } from './open-input.ts';

type Input = JobSettings['inputs'][number];
type AudioSelector = NonNullable<Input['audioSelectors']>[string];

/** The selected track of pictures: that of the packet identifier, or the first one. */
export function selectVideo(
  { video, videos }: Pick<OpenInput, 'video' | 'videos'>,
  { videoSelector }: Input,
): Stream | undefined {
  const pid = videoSelector?.pid;
  return pid === undefined ? video : videos.find((stream) => stream.id === pid);
}

export interface SelectedAudio {
  readonly name: string;
  readonly selector: AudioSelector;
  /** With the number of each track from 1. */
  readonly tracks: readonly { readonly stream: Stream; readonly number: number }[];
}

/**
 * The tracks of the selector that an output names. `tracks` numbers the audio tracks from 1, `pids` are packet
 * identifiers. Without them it is the first track with a known codec.
 */
export function selectAudio(
  { audios }: Pick<OpenInput, 'audios'>,
  { audioSourceName }: AudioDescription,
  { inputs }: JobSettings,
): SelectedAudio {
  const selectors = Object.entries(inputs[0]?.audioSelectors ?? {});
  const number = Math.max(
    0,
    selectors.findIndex(([name]) => name === audioSourceName),
  );
  const [name, selector] = selectors[number] ?? ['', {}];
  const missing = (kind: string, value: number) =>
    new JobFailure(
      FAILURE_CODES.incompatibleSettings,
      `Invalid audio ${kind} specified for audio_selector [${number + 1}]. Audio ${kind} [${value}] not found in input container.`,
    );
  if (selector.selectorType === 'PID') {
    const tracks = (selector.pids ?? []).map((pid) => {
      const index = audios.findIndex((stream) => stream.id === pid);
      const stream = audios[index];
      if (stream === undefined) throw missing('pid', pid);
      return { stream, number: index + 1 };
    });
    return { name, selector, tracks };
  }
  const known = audios.findIndex((each) => each.codecpar.codecId !== AV_CODEC_ID_NONE);
  const tracks = (selector.tracks ?? [Math.max(0, known) + 1]).map((track) => {
    const stream = audios[track - 1];
    if (stream === undefined) throw missing('track', track);
    return { stream, number: track };
  });
  return { name, selector, tracks };
}
