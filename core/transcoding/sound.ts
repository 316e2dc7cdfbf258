import type { AudioTrack, MediaFacts } from '../contract/media.ts';

export const AUDIO_SELECTOR = 'Audio Selector 1';

/** Decibels of MediaConvert for silence and for half of the power. */
const MUTE = -60;
const HALF_POWER = -3;

/**
 * The share of each input channel in the left and the right channel, in the order of Wave files and most codecs: left,
 * right, center, low frequencies, surround, back. Center and surround at -3 dB and no low frequencies: Rec. ITU-R
 * BS.775, annex 4. With four channels the fourth one is a rear center or one side of two; it is heard on both sides.
 */
const TO_STEREO: Readonly<Record<number, readonly [left: number[], right: number[]]>> = {
  3: [
    [0, MUTE, HALF_POWER],
    [MUTE, 0, HALF_POWER],
  ],
  4: [
    [0, MUTE, HALF_POWER, HALF_POWER],
    [MUTE, 0, HALF_POWER, HALF_POWER],
  ],
  5: [
    [0, MUTE, HALF_POWER, HALF_POWER, MUTE],
    [MUTE, 0, HALF_POWER, MUTE, HALF_POWER],
  ],
  6: [
    [0, MUTE, HALF_POWER, MUTE, HALF_POWER, MUTE],
    [MUTE, 0, HALF_POWER, MUTE, MUTE, HALF_POWER],
  ],
  7: [
    [0, MUTE, HALF_POWER, MUTE, -6, HALF_POWER, MUTE],
    [MUTE, 0, HALF_POWER, MUTE, -6, MUTE, HALF_POWER],
  ],
  8: [
    [0, MUTE, HALF_POWER, MUTE, HALF_POWER, MUTE, HALF_POWER, MUTE],
    [MUTE, 0, HALF_POWER, MUTE, MUTE, HALF_POWER, MUTE, HALF_POWER],
  ],
};

/**
 * The tracks that become the sound of the outputs: the main one. If that is mono and the next one too, in the same
 * language and format, both are the sides of one recording (cameras store a microphone per track), and the second
 * one becomes the right channel.
 */
function usedTracks({ audio }: MediaFacts): readonly AudioTrack[] {
  const [main, next] = audio;
  if (main === undefined) return [];
  const pair =
    main.channels === 1 &&
    next?.channels === 1 &&
    next.codec === main.codec &&
    next.sampleRate === main.sampleRate &&
    next.language === main.language &&
    main.number !== undefined &&
    next.number !== undefined;
  return pair ? [main, next] : [main];
}

/**
 * The audio selectors of the input; undefined without sound.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html#jobs-model-audioselector
 */
export function audioSelectors(facts: MediaFacts) {
  const tracks = usedTracks(facts);
  const [main] = tracks;
  if (main === undefined) return undefined;
  return {
    [AUDIO_SELECTOR]: {
      DefaultSelection: 'DEFAULT' as const,
      ...trackSelection(tracks),
      ...durationCorrection(facts.container, main),
    },
  };
}

/** Without a number MediaConvert takes the first track. In a file with several programs, numbers are ambiguous. */
function trackSelection(tracks: readonly AudioTrack[]) {
  const pids = tracks.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  if (tracks[0]?.program !== undefined && pids.length === tracks.length) {
    return { SelectorType: 'PID' as const, Pids: pids };
  }
  const numbers = tracks.flatMap(({ number }) => (number === undefined ? [] : [number]));
  if (numbers.length < tracks.length || (numbers.length === 1 && numbers[0] === 1)) return {};
  return { SelectorType: 'TRACK' as const, Tracks: numbers };
}

/**
 * Keeps sound and picture together where timestamps and samples disagree. Documented for AAC in MP4 and MOV only:
 * AudioDurationCorrection of the audio selector.
 */
function durationCorrection(container: string, { codec }: AudioTrack) {
  const documented = codec === 'aac' && (container === 'mp4' || container === 'mov');
  return documented ? { AudioDurationCorrection: 'AUTO' as const } : {};
}

/**
 * The audio description of the outputs: mono stays mono, everything else becomes stereo.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html#jobs-model-remixsettings
 */
export function audioDescription(facts: MediaFacts) {
  const channels = usedTracks(facts).reduce((sum, track) => sum + track.channels, 0);
  const mono = channels === 1;
  return {
    AudioSourceName: AUDIO_SELECTOR,
    ...remix(channels),
    CodecSettings: {
      Codec: 'AAC' as const,
      AacSettings: {
        Bitrate: mono ? 96_000 : 128_000,
        CodingMode: mono ? ('CODING_MODE_1_0' as const) : ('CODING_MODE_2_0' as const),
        SampleRate: 48_000,
      },
    },
  };
}

/** MediaConvert does not document how it mixes without remix settings. */
function remix(channels: number) {
  if (channels <= 2) return {};
  const [left, right] = TO_STEREO[channels] ?? discrete(channels);
  return {
    RemixSettings: {
      ChannelsIn: channels,
      ChannelsOut: 2,
      ChannelMapping: { OutputChannels: [{ InputChannels: left }, { InputChannels: right }] },
    },
  };
}

/** More channels have no usual order: the first two are used. */
function discrete(channels: number): readonly [number[], number[]] {
  const only = (channel: number) =>
    Array.from({ length: channels }, (_, index) => (index === channel ? 0 : MUTE));
  return [only(0), only(1)];
}
