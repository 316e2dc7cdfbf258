import {
  checkOutputs,
  type ExpectedOutputs,
  expectedOutputs,
  type FoundHls,
} from '../../../../core/playback/playback.ts';
import { facts, storedTrack } from '../media/media-facts.ts';

const PREFIX = 'videos/1/';
const KEYS = ['index.m3u8', 'index.mpd', 'poster.0000000.jpg', 'storyboard.0000000.jpg', 'a', 'v'];

const expected: ExpectedOutputs = {
  hls: `${PREFIX}index.m3u8`,
  dash: `${PREFIX}index.mpd`,
  posterPrefix: `${PREFIX}poster.`,
  storyboardPrefix: `${PREFIX}storyboard.`,
  renditions: [{ name: '360p', width: 640, height: 360, maxBitrate: 1_500_000, quality: 7 }],
  hasSound: true,
  durationSeconds: 10,
};

interface Outputs {
  readonly width?: number;
  readonly height?: number;
  readonly videoSeconds?: number;
  readonly audioSeconds?: number;
  readonly dashSeconds?: number;
  readonly audio?: FoundHls['audio'];
  readonly representations?: number;
  readonly without?: string;
  readonly segments?: readonly string[];
}

const check = (outputs: Outputs = {}, wanted = expected) =>
  checkOutputs(wanted, foundOutputs(outputs, wanted));

function foundOutputs(outputs: Outputs = {}, wanted = expected) {
  const { durationSeconds } = wanted;
  const { width = 640, height = 360, representations = 1 } = outputs;
  const { videoSeconds = durationSeconds, audioSeconds = durationSeconds } = outputs;
  const { dashSeconds = durationSeconds, segments = [`${PREFIX}v`] } = outputs;
  const audio = [{ segments: [`${PREFIX}a`], durationSeconds: audioSeconds }];
  const variant = { width, height, bandwidth: 9, segments, durationSeconds: videoSeconds };
  return {
    keys: KEYS.filter((key) => key !== outputs.without).map((key) => PREFIX + key),
    hls: { variants: [variant], audio: outputs.audio ?? audio },
    dash: { durationSeconds: dashSeconds, videoRepresentations: representations },
  };
}

const broken = (code: string, detail: string) => ({ outcome: 'broken', reason: { code, detail } });

describe('The expected outputs', () => {
  it('are the manifests and images below the prefix of the upload', () => {
    // As documented in docs/reference/table.md.
    expect(expectedOutputs('1', facts({ video: [], audio: [], durationSeconds: 7 }))).toEqual({
      hls: 'videos/1/index.m3u8',
      dash: 'videos/1/index.mpd',
      posterPrefix: 'videos/1/poster.',
      storyboardPrefix: 'videos/1/storyboard.',
      renditions: [],
      hasSound: false,
      durationSeconds: 7,
    });
  });

  it('have the renditions of the first video track, and sound if the source has it', () => {
    const source = facts({ video: [storedTrack(640, 360), storedTrack(1280, 720)] });
    const { renditions, hasSound } = expectedOutputs('1', source);
    expect(renditions[0]).toMatchObject({ width: 640, height: 360 });
    expect(hasSound).toBe(true);
  });
});

describe('The check of the outputs', () => {
  it.each([{ width: 638 }, { width: 642 }, { height: 358 }, { height: 362 }])(
    'accepts a rendition that differs by 2 pixels: %o',
    (size) => {
      expect(check(size).outcome).toBe('playable');
    },
  );

  it.each([
    [{ width: 637 }, '637x360'],
    [{ width: 643 }, '643x360'],
    [{ height: 357 }, '640x357'],
    [{ height: 363 }, '640x363'],
  ])('refuses a rendition that differs by 3 pixels: %o', (size, found) => {
    const detail = `Expected a rendition of 640x360; HLS has ${found}.`;
    expect(check(size)).toEqual(broken('outputs_invalid', detail));
  });

  it.each([
    [10, 9],
    [10, 11],
    [100, 97],
    [100, 103],
    [10, 20],
  ])('accepts, for a source of %d s, a duration of %d s', (durationSeconds, found) => {
    const wanted = { ...expected, durationSeconds };
    const outputs = { videoSeconds: found, audioSeconds: found, dashSeconds: found };
    expect(check(outputs, wanted).outcome).toBe('playable');
  });

  it.each([
    [10, 8.99],
    [10, 11.01],
    [100, 96.99],
    [100, 103.01],
  ])(
    'refuses, for an HLS duration of %d s, a DASH duration of %d s',
    (durationSeconds, dashSeconds) => {
      const detail = `The HLS manifest has ${durationSeconds} s, the DASH manifest ${dashSeconds} s.`;
      const result = check({ dashSeconds }, { ...expected, durationSeconds });
      expect(result).toEqual(broken('duration_differs', detail));
    },
  );

  it('measures the longest playlist: a shorter audio track does not make the video shorter', () => {
    expect(check({ audioSeconds: 2, videoSeconds: 10.5 })).toMatchObject({
      outcome: 'playable',
      playback: { durationSeconds: 10.5 },
    });
  });

  it.each([
    ['measured', 10, 8.99, 'broken'],
    ['measured', 24, 12, 'broken'],
    ['estimated', 24, 12, 'broken'],
    ['estimated', 24, 16, 'playable'],
    ['unknown', 43_200, 12, 'playable'],
  ] as const)(
    'of a source of %s %d s with outputs of %d s is %s',
    (durationSource, durationSeconds, found, outcome) => {
      const outputs = { videoSeconds: found, audioSeconds: found, dashSeconds: found };
      expect(check(outputs, { ...expected, durationSource, durationSeconds }).outcome).toBe(
        outcome,
      );
    },
  );

  it('finds a report of the job that says another length than the manifests', () => {
    const reported = (jobSeconds: number) =>
      checkOutputs(expected, { ...foundOutputs(), jobSeconds });
    expect(reported(10.9).outcome).toBe('playable');
    expect(reported(20)).toEqual(
      broken('duration_differs', 'The HLS manifest has 10 s, the report of the job 20 s.'),
    );
  });

  it('rounds the durations in the reason to hundredths of a second', () => {
    expect(check({ dashSeconds: 5.4567 })).toEqual(
      broken('duration_differs', 'The HLS manifest has 10 s, the DASH manifest 5.46 s.'),
    );
  });

  it.each(['index.m3u8', 'index.mpd', 'poster.0000000.jpg', 'storyboard.0000000.jpg'])(
    'names the missing file %s',
    (without) => {
      expect(check({ without })).toEqual(
        broken('outputs_missing', `Missing: ${PREFIX}${without}.`),
      );
    },
  );

  it('counts the missing segments and names the first', () => {
    const segments = [`${PREFIX}v`, `${PREFIX}x`, `${PREFIX}y`];
    expect(check({ segments })).toEqual(
      broken('outputs_missing', `2 of 4 segments are missing, first ${PREFIX}x.`),
    );
  });

  it('reports the number of renditions when DASH has too many', () => {
    expect(check({ representations: 2 })).toEqual(
      broken('outputs_invalid', 'Expected 1 renditions; HLS has 1, DASH has 2.'),
    );
  });

  it('reports the number of renditions when HLS has too many', () => {
    const { hls, ...rest } = foundOutputs();
    const variants = [...hls.variants, ...hls.variants];
    expect(checkOutputs(expected, { ...rest, hls: { ...hls, variants } })).toEqual(
      broken('outputs_invalid', 'Expected 1 renditions; HLS has 2, DASH has 1.'),
    );
  });

  it('says what is wrong with a manifest', () => {
    const { hls, dash, keys } = foundOutputs();
    const details = [
      checkOutputs(expected, { keys, dash }),
      checkOutputs(expected, { keys, hls }),
      check({ audio: [] }),
      check({ audio: [{ segments: [], durationSeconds: 10 }] }),
    ].map((result) => (result.outcome === 'broken' ? result.reason.detail : undefined));
    expect(details).toEqual([
      'The HLS manifest does not parse.',
      'The DASH manifest does not parse.',
      'The HLS manifest has no sound.',
      'A media playlist has no segments.',
    ]);
  });

  it('refuses an audio playlist without segments', () => {
    expect(check({ audio: [{ segments: [], durationSeconds: 10 }] })).toMatchObject({
      outcome: 'broken',
      reason: { code: 'outputs_invalid' },
    });
  });

  it('omits the codecs of a rendition for which the manifest has none', () => {
    const result = check();
    if (result.outcome !== 'playable') throw new Error('The outputs are not playable.');
    expect(result.playback.renditions).toHaveLength(1);
    expect(result.playback.renditions[0]).not.toHaveProperty('codecs');
  });
});
