import fc from 'fast-check';
import {
  checkOutputs,
  expectedOutputs,
  type FoundHls,
  type FoundOutputs,
} from '../../../../core/playback/playback.ts';
import { facts, storedTrack } from '../media/media-facts.ts';

const UPLOAD = '019b7c2e-5a3e-7000-8000-0123456789ab';
const PREFIX = `videos/${UPLOAD}/`;
const source = facts({ durationSeconds: 12, video: [storedTrack(1280, 720)] });
const expected = expectedOutputs(UPLOAD, source);

/** The outputs of a complete job: two segments for each playlist, two storyboard images. */
function completeOutputs(): FoundOutputs & {
  hls: FoundHls;
  dash: NonNullable<FoundOutputs['dash']>;
} {
  const playlist = (name: string) => ({
    segments: ['init', '1', '2'].map((part) => `${PREFIX}index_${name}_${part}`),
    durationSeconds: 12,
  });
  const variants = expected.renditions.map(({ name, width, height, maxBitrate }) => {
    return { width, height, bandwidth: maxBitrate, codecs: 'avc1.640028', ...playlist(name) };
  });
  const audio = [playlist('audio')];
  const keys = ['index.m3u8', 'index.mpd', 'poster.0000000.jpg']
    .concat('storyboard.0000001.jpg', 'storyboard.0000000.jpg')
    .map((name) => PREFIX + name);
  for (const { segments } of [...variants, ...audio]) keys.push(...segments);
  const dash = { durationSeconds: 12, videoRepresentations: variants.length };
  return { keys, hls: { variants, audio }, dash };
}

const without = (key: string) => ({
  ...completeOutputs(),
  keys: completeOutputs().keys.filter((each) => each !== key),
});

describe('A finished job', () => {
  it('is playable when all files exist; the result has their keys', () => {
    expect(checkOutputs(expected, completeOutputs())).toEqual({
      outcome: 'playable',
      playback: {
        hls: `${PREFIX}index.m3u8`,
        dash: `${PREFIX}index.mpd`,
        poster: `${PREFIX}poster.0000000.jpg`,
        storyboard: [`${PREFIX}storyboard.0000000.jpg`, `${PREFIX}storyboard.0000001.jpg`],
        durationSeconds: 12,
        renditions: expected.renditions.map(({ width, height, maxBitrate }) => {
          return { width, height, bandwidth: maxBitrate, codecs: 'avc1.640028' };
        }),
      },
    });
  });

  it('uses the last poster, because the first frame may be black', () => {
    const later = `${PREFIX}poster.0000001.jpg`;
    const result = checkOutputs(expected, {
      ...completeOutputs(),
      keys: [later, ...completeOutputs().keys],
    });
    expect(result).toMatchObject({ outcome: 'playable', playback: { poster: later } });
  });

  it('is broken without any one of its files', () => {
    const needed = completeOutputs().keys.filter((key) => !key.includes('storyboard'));
    fc.assert(
      fc.property(fc.constantFrom(...needed), (key) => {
        const result = checkOutputs(expected, without(key));
        expect(result).toMatchObject({ outcome: 'broken', reason: { code: 'outputs_missing' } });
        expect(result).toHaveProperty('reason.detail', expect.stringContaining(key));
      }),
    );
  });

  it('is broken without a storyboard', () => {
    const keys = completeOutputs().keys.filter((key) => !key.includes('storyboard'));
    expect(checkOutputs(expected, { ...completeOutputs(), keys })).toMatchObject({
      reason: { code: 'outputs_missing' },
    });
  });

  it('is broken when a manifest does not parse', () => {
    const { hls: _hls, ...noHls } = completeOutputs();
    const { dash: _dash, ...noDash } = completeOutputs();
    for (const found of [noHls, noDash]) {
      expect(checkOutputs(expected, found)).toMatchObject({ reason: { code: 'outputs_invalid' } });
    }
  });

  it('is broken when a rendition is missing, of another size, or empty', () => {
    const { hls, dash, ...rest } = completeOutputs();
    const [first, ...others] = hls.variants;
    if (first === undefined) throw new Error('The ladder has no rung.');
    const broken: FoundHls[] = [
      { ...hls, variants: others },
      { ...hls, variants: [{ ...first, width: first.height, height: first.width }, ...others] },
      { ...hls, variants: [{ ...first, segments: [] }, ...others] },
    ];
    for (const each of broken) {
      expect(checkOutputs(expected, { ...rest, dash, hls: each })).toMatchObject({
        reason: { code: 'outputs_invalid' },
      });
    }
    const fewer = { ...dash, videoRepresentations: 1 };
    expect(checkOutputs(expected, { ...rest, hls, dash: fewer })).toMatchObject({
      reason: { code: 'outputs_invalid' },
    });
  });

  it('is broken when the sound is missing, and playable when the source has none', () => {
    const silent = { ...completeOutputs(), hls: { ...completeOutputs().hls, audio: [] } };
    expect(checkOutputs(expected, silent)).toMatchObject({ reason: { code: 'outputs_invalid' } });
    const silentSource = expectedOutputs(UPLOAD, { ...source, audio: [] });
    expect(checkOutputs(silentSource, silent).outcome).toBe('playable');
  });

  it.each([
    [12.9, 'playable'],
    [11.1, 'playable'],
    [10.9, 'broken'],
    [13.1, 'broken'],
    [Number.NaN, 'broken'],
  ])('of 12 s with outputs of %d s is %s', (durationSeconds, outcome) => {
    const found = completeOutputs();
    const stretch = <T extends object>(playlist: T) => ({ ...playlist, durationSeconds });
    const hls = {
      variants: found.hls.variants.map(stretch),
      audio: found.hls.audio.map(stretch),
    };
    expect(checkOutputs(expected, { ...found, hls })).toMatchObject(
      outcome === 'broken' ? { outcome, reason: { code: 'duration_differs' } } : { outcome },
    );
    const dash = { ...found.dash, durationSeconds };
    expect(checkOutputs(expected, { ...found, dash }).outcome).toBe(outcome);
  });
});
