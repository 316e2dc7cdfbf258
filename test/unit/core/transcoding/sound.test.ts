import type { AudioTrack, MediaFacts } from '../../../../core/contract/media.ts';
import {
  AUDIO_SELECTOR,
  audioDescription,
  audioSelectors,
} from '../../../../core/transcoding/sound.ts';
import { facts } from '../media/media-facts.ts';

const sound = (channels: number, more: Partial<AudioTrack> = {}): AudioTrack => ({
  codec: 'aac',
  channels,
  sampleRate: 48_000,
  ...more,
});
const selector = (audio: AudioTrack[], more: Partial<MediaFacts> = {}) =>
  audioSelectors(facts({ audio, ...more }))?.[AUDIO_SELECTOR];
const description = (...audio: AudioTrack[]) => audioDescription(facts({ audio }));
const mode = (...audio: AudioTrack[]) => description(...audio).CodecSettings.AacSettings.CodingMode;

/** The share of one input channel in the left and the right channel, in dB; -60 is silence. */
const shares = (channels: number, channel: number) => {
  const { RemixSettings } = description(sound(channels)) as ReturnType<typeof audioDescription> & {
    RemixSettings: { ChannelMapping: { OutputChannels: { InputChannels: number[] }[] } };
  };
  return RemixSettings.ChannelMapping.OutputChannels.map((each) => each.InputChannels[channel]);
};

describe('The sound of the outputs', () => {
  it('is absent without a track', () => {
    expect(audioSelectors(facts({ audio: [] }))).toBeUndefined();
  });

  it('is mono for mono, and stereo for everything else', () => {
    expect(mode(sound(1))).toBe('CODING_MODE_1_0');
    for (const channels of [2, 3, 6, 8, 16]) expect(mode(sound(channels))).toBe('CODING_MODE_2_0');
    for (const channels of [1, 2]) {
      expect(description(sound(channels))).not.toHaveProperty('RemixSettings');
    }
  });

  it('has the center of surround sound on both sides, and no low frequencies', () => {
    for (const channels of [3, 4, 5, 6, 7, 8]) {
      expect(shares(channels, 0)).toEqual([0, -60]);
      expect(shares(channels, 1)).toEqual([-60, 0]);
      expect(shares(channels, 2)).toEqual([-3, -3]);
    }
    for (const channels of [6, 7, 8]) expect(shares(channels, 3)).toEqual([-60, -60]);
  });

  it('has each surround channel on its side', () => {
    expect([shares(6, 4), shares(6, 5)]).toEqual([
      [-3, -60],
      [-60, -3],
    ]);
    expect([4, 5, 6, 7].map((channel) => shares(8, channel))).toEqual([
      [-3, -60],
      [-60, -3],
      [-3, -60],
      [-60, -3],
    ]);
    expect(shares(7, 4)).toEqual([-6, -6]);
    expect(shares(4, 3)).toEqual([-3, -3]);
  });

  it.each([3, 4, 5, 6, 7, 8, 9, 16, 24])('remixes all of %d channels to two', (channels) => {
    const { RemixSettings } = description(sound(channels)) as {
      RemixSettings?: Record<string, unknown>;
    };
    expect(RemixSettings).toMatchObject({ ChannelsIn: channels, ChannelsOut: 2 });
    const outputs = [0, 1].map((side) =>
      Array.from({ length: channels }, (_, channel) => shares(channels, channel)[side]),
    );
    for (const side of outputs) expect(side.every((gain) => typeof gain === 'number')).toBe(true);
  });

  it('is that of the first two channels where the order of channels is unknown', () => {
    expect([0, 1, 2].map((channel) => shares(16, channel))).toEqual([
      [0, -60],
      [-60, 0],
      [-60, -60],
    ]);
  });

  it('is that of the main track, wherever it is in the file', () => {
    const german = sound(2, { number: 2, language: 'de' });
    const english = sound(2, { number: 1, language: 'en' });
    expect(selector([german, english])).toMatchObject({ SelectorType: 'TRACK', Tracks: [2] });
    expect(selector([english, german])).not.toHaveProperty('Tracks');
    expect(selector([sound(2)])).not.toHaveProperty('Tracks');
  });

  it('is selected by packet identifier in a file with several programs', () => {
    expect(selector([sound(2, { number: 3, pid: 0x102, program: 2 })])).toMatchObject({
      SelectorType: 'PID',
      Pids: [0x102],
    });
    expect(selector([sound(2, { number: 3, program: 2 })])).toMatchObject({ Tracks: [3] });
    expect(selector([sound(2, { number: 1, pid: 0x101 })])).not.toHaveProperty('Pids');
  });

  it('joins two mono tracks of one recording to stereo', () => {
    const left = sound(1, { number: 1 });
    const right = sound(1, { number: 2 });
    expect(selector([left, right])).toMatchObject({ Tracks: [1, 2] });
    expect(mode(left, right)).toBe('CODING_MODE_2_0');
    expect(description(left, right)).not.toHaveProperty('RemixSettings');
  });

  it.each<[string, Partial<AudioTrack>]>([
    ['language', { language: 'fr' }],
    ['codec', { codec: 'ac3' }],
    ['sample rate', { sampleRate: 44_100 }],
    ['number of channels', { channels: 2 }],
  ])('does not join tracks that differ in %s', (_what, other) => {
    const tracks = [sound(1, { number: 1 }), { ...sound(1, { number: 2 }), ...other }];
    expect(selector(tracks)).not.toHaveProperty('Tracks');
    expect(mode(...tracks)).toBe('CODING_MODE_1_0');
  });

  it('does not join tracks without a number', () => {
    expect(mode(sound(1), sound(1))).toBe('CODING_MODE_1_0');
    expect(mode(sound(1, { number: 1 }), sound(1))).toBe('CODING_MODE_1_0');
  });

  it('follows the timestamps only for AAC in MP4 and MOV, as AWS documents', () => {
    const corrected = (container: string, codec: string) =>
      selector([sound(2, { codec })], { container })?.AudioDurationCorrection;
    expect(corrected('mp4', 'aac')).toBe('AUTO');
    expect(corrected('mov', 'aac')).toBe('AUTO');
    for (const container of ['mkv', 'webm', 'mpegts', 'avi', 'flv'])
      expect(corrected(container, 'aac')).toBeUndefined();
    for (const codec of ['ac3', 'opus', 'pcm']) expect(corrected('mp4', codec)).toBeUndefined();
  });
});
