import fc from 'fast-check';
import { outputFrameRate } from '../../../../core/transcoding/frame-rate.ts';
import { ladderOf, type Rung, sizeAt } from '../../../../core/transcoding/ladder.ts';
import { storedTrack, track } from '../media/media-facts.ts';

const sides = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 16_384 }));
const tracks = fc
  .tuple(
    sides,
    sides,
    fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const),
    fc.constantFrom(1, 1, 2, 0.5, 4 / 3, 16 / 11, 12 / 11, 0.9),
    fc.option(fc.double({ min: 1, max: 240, noNaN: true }), { nil: undefined }),
  )
  .map(([width, height, rotation, par, frameRate]) => {
    const { frameRate: _usual, ...rest } = storedTrack(width, height, rotation, par);
    return frameRate === undefined ? rest : { ...rest, frameRate };
  });

const sizes = (rungs: readonly Rung[]) => rungs.map(({ width, height }) => `${width}x${height}`);

describe('The ladder', () => {
  it('has at least one rendition, never above the source, of even sides, within H.264’s limits', () => {
    fc.assert(
      fc.property(tracks, (source) => {
        const rungs = ladderOf(source);
        expect(rungs.length).toBeGreaterThanOrEqual(1);
        for (const { width, height } of rungs) {
          expect(width).toBeLessThanOrEqual(Math.max(2, source.displayWidth));
          expect(height).toBeLessThanOrEqual(Math.max(2, source.displayHeight));
          expect([width % 2, height % 2]).toEqual([0, 0]);
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(2);
          expect(Math.max(width, height)).toBeLessThanOrEqual(4096);
          expect(Math.min(width, height)).toBeLessThanOrEqual(2160);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps the aspect as shown, to within the rounding to even pixels', () => {
    fc.assert(
      fc.property(tracks, (source) => {
        // Below, even sides alone change the aspect; the policy wants 32 at least.
        fc.pre(Math.min(source.displayWidth, source.displayHeight) >= 16);
        for (const { width, height } of ladderOf(source)) {
          const exact = (height * source.displayWidth) / source.displayHeight;
          // Two pixels where rounding up would have passed the source's own width.
          expect(Math.abs(width - exact)).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('goes down: each rendition is smaller, cheaper and named differently', () => {
    fc.assert(
      fc.property(tracks, (source) => {
        const rungs = ladderOf(source);
        for (const [index, rung] of rungs.slice(1).entries()) {
          const above = rungs[index];
          expect(rung.width * rung.height).toBeLessThan((above?.width ?? 0) * (above?.height ?? 0));
          expect(rung.maxBitrate).toBeLessThanOrEqual(above?.maxBitrate ?? 0);
        }
        expect(new Set(rungs.map((rung) => rung.name)).size).toBe(rungs.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has bitrates and quality levels that MediaConvert accepts', () => {
    fc.assert(
      fc.property(tracks, (source) => {
        for (const { maxBitrate, quality } of ladderOf(source)) {
          expect(Number.isInteger(maxBitrate)).toBe(true);
          expect(maxBitrate).toBeGreaterThanOrEqual(150_000);
          expect(maxBitrate).toBeLessThanOrEqual(40_000_000);
          expect([7, 8, 9]).toContain(quality);
        }
      }),
    );
  });

  it('of a 1080p video has AWS’s own steps and bitrates', () => {
    expect(ladderOf(track())).toEqual([
      { name: '1080p', width: 1920, height: 1080, maxBitrate: 8_500_000, quality: 8 },
      { name: '720p', width: 1280, height: 720, maxBitrate: 6_000_000, quality: 8 },
      { name: '540p', width: 960, height: 540, maxBitrate: 3_500_000, quality: 7 },
      { name: '360p', width: 640, height: 360, maxBitrate: 1_500_000, quality: 7 },
      { name: '270p', width: 480, height: 270, maxBitrate: 400_000, quality: 7 },
    ]);
  });

  it.each([
    [
      'portrait',
      storedTrack(1080, 1920),
      ['1080x1920', '720x1280', '540x960', '360x640', '270x480'],
    ],
    [
      'a phone’s, turned',
      storedTrack(1280, 720, 90),
      ['720x1280', '540x960', '360x640', '270x480'],
    ],
    ['square', storedTrack(720, 720), ['720x720', '540x540', '360x360', '270x270']],
    ['anamorphic PAL', storedTrack(720, 576, 0, 64 / 45), ['1024x576', '640x360', '480x270']],
    ['of wide pixels, turned', storedTrack(320, 360, 270, 2), ['360x640', '270x480']],
    [
      'cinema 4K',
      storedTrack(4096, 1716),
      ['4096x1716', '2578x1080', '1718x720', '1288x540', '860x360', '644x270'],
    ],
    [
      '8K',
      storedTrack(7680, 4320),
      ['3840x2160', '1920x1080', '1280x720', '960x540', '640x360', '480x270'],
    ],
    [
      'a little above a step',
      storedTrack(1920, 1088),
      ['1920x1088', '1270x720', '952x540', '636x360', '476x270'],
    ],
    ['tiny', storedTrack(176, 144), ['176x144']],
    ['an icon', storedTrack(16, 16), ['16x16']],
    ['of odd sides', storedTrack(177, 145), ['176x144']],
    ['a single pixel', storedTrack(1, 1), ['2x2']],
  ])('of a video that is %s', (_what, source, expected) => {
    expect(sizes(ladderOf(source))).toEqual(expected);
  });

  it('raises the bitrate for high frame rates, up to that of the outputs', () => {
    const top = (frameRate: number) => ladderOf(track({ frameRate }))[0]?.maxBitrate;
    expect(top(15)).toBe(8_500_000);
    expect(top(60)).toBe(12_021_000);
    expect(top(120)).toBe(12_021_000);
    expect(top(100)).toBe(top(50));
  });

  it('fits into H.264 level 5.2 at every size and rate', () => {
    // Rec. ITU-R H.264, table A-1: macroblocks in a picture and in a second, bits per second in High profile.
    const [maxPicture, maxSecond, maxBits] = [36_864, 2_073_600, 300_000_000];
    fc.assert(
      fc.property(tracks, (source) => {
        const frameRate = 'frameRate' in source ? source.frameRate : undefined;
        for (const { width, height, maxBitrate } of ladderOf(source)) {
          const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
          expect(blocks).toBeLessThanOrEqual(maxPicture);
          expect(blocks * (outputFrameRate(frameRate) ?? 60)).toBeLessThanOrEqual(maxSecond);
          expect(maxBitrate).toBeLessThanOrEqual(maxBits);
        }
      }),
    );
  });

  it('scales a picture down to a side, never up', () => {
    expect(sizeAt(track(), 180)).toEqual({ width: 320, height: 180 });
    expect(sizeAt(storedTrack(100, 50), 180)).toEqual({ width: 100, height: 50 });
  });
});
