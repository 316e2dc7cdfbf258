import fc from 'fast-check';
import { segmentCutter, startsGridCell } from '../../src/mediaconvert/packaging/segment-cutter.ts';
import { constantRate } from '../../src/mediaconvert/transcode/frame-rate.ts';
import { outputSize } from '../../src/mediaconvert/transcode/frame-size.ts';
import { jpegQuantizer } from '../../src/mediaconvert/transcode/jpeg-quantizer.ts';
import { orientationFilters, orientationOf } from '../../src/mediaconvert/transcode/orientation.ts';
import { outputBase } from '../../src/mediaconvert/transcode/s3-uri.ts';

const ratio = fc.record({
  num: fc.integer({ min: 1, max: 8 }),
  den: fc.integer({ min: 1, max: 8 }),
});
const square = { num: 1, den: 1 };
const even = fc.integer({ min: 16, max: 1080 }).map((half) => half * 2);
const source = fc.record({
  width: fc.integer({ min: 64, max: 4096 }),
  height: fc.integer({ min: 64, max: 4096 }),
  par: ratio,
});
const shape = ({ width, height, par }: { width: number; height: number; par: typeof square }) =>
  (width * par.num) / (height * par.den);

describe('the size of an output', () => {
  it('keeps the display aspect ratio to the nearest even pixel if one side is given', () => {
    fc.assert(
      fc.property(source, even, fc.boolean(), fc.boolean(), (picture, side, byHeight, squared) => {
        const par = squared ? { par: square } : {};
        const request = byHeight ? { height: side } : { width: side };
        const size = outputSize(picture, { ...request, ...par, scaling: 'DEFAULT' });
        expect([size.width % 2, size.height % 2]).toEqual([0, 0]);
        const exact = byHeight
          ? (side * shape(picture) * size.par.den) / size.par.num
          : (side * size.par.num) / size.par.den / shape(picture);
        const got = byHeight ? size.width : size.height;
        expect(Math.abs(got - Math.max(2, exact))).toBeLessThanOrEqual(1.000001);
      }),
    );
  });

  it('is the requested one if both sides are given, with the source fitted into it', () => {
    fc.assert(
      fc.property(source, even, even, (picture, width, height) => {
        const size = outputSize(picture, { width, height, scaling: 'DEFAULT' });
        expect(size).toMatchObject({ width, height });
        expect(size.scaledWidth).toBeLessThanOrEqual(width);
        expect(size.scaledHeight).toBeLessThanOrEqual(height);
        expect(size.scaledWidth === width || size.scaledHeight === height).toBe(true);
      }),
    );
  });

  it('is filled if the source is stretched', () => {
    const picture = { width: 640, height: 360, par: square };
    expect(
      outputSize(picture, { width: 100, height: 100, scaling: 'STRETCH_TO_OUTPUT' }),
    ).toMatchObject({ scaledWidth: 100, scaledHeight: 100 });
    expect(outputSize(picture, { width: 100, height: 100, scaling: 'DEFAULT' })).toMatchObject({
      scaledWidth: 100,
      scaledHeight: 56,
    });
  });

  it('is that of the source if none is given', () => {
    const picture = { width: 321, height: 181, par: square };
    expect(outputSize(picture, { scaling: 'DEFAULT' })).toMatchObject({ width: 321, height: 181 });
  });
});

describe('orientation', () => {
  const fixed = (...values: number[]) => {
    const bytes = Buffer.alloc(36);
    for (const [index, value] of values.entries()) bytes.writeInt32LE(value * 65_536, index * 4);
    return bytes;
  };
  it.each([
    ['nothing', [1, 0, 0, 0, 1, 0], []],
    ['a quarter turn', [0, 1, 0, -1, 0, 0], ['transpose=clock']],
    ['a half turn', [-1, 0, 0, 0, -1, 0], ['hflip', 'vflip']],
    ['three quarters', [0, -1, 0, 1, 0, 0], ['transpose=cclock']],
    ['a mirror', [-1, 0, 0, 0, 1, 0], ['hflip']],
    ['upside down in a mirror', [1, 0, 0, 0, -1, 0], ['hflip', 'vflip', 'hflip']],
    ['a quarter turn and a mirror', [0, 1, 0, 1, 0, 0], ['transpose=clock', 'hflip']],
  ])('of %s', (_, matrix, filters) => {
    expect(orientationFilters(orientationOf(fixed(...matrix)))).toEqual(filters);
  });

  it('ignores an angle that is not a quarter turn, and a degenerate or missing matrix', () => {
    const upright = { turn: 0, mirror: false };
    expect(orientationOf(fixed(0.7, 0.7, 0, -0.7, 0.7, 0))).toEqual(upright);
    expect(orientationOf(fixed(0, 0, 0, 0, 0, 0))).toEqual(upright);
    expect(orientationOf(Buffer.alloc(8))).toEqual(upright);
    expect(orientationOf(null)).toEqual(upright);
  });

  it('applies every quarter turn and reflection', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fc.boolean(), (turns, mirror) => {
        // The same step by step: right and down, each turned clockwise, x reflected at the end.
        let [right, down] = [
          [1, 0],
          [0, 1],
        ];
        const turn = ([x = 0, y = 0]: number[]) => [-y, x];
        for (let count = 0; count < turns; count += 1) [right, down] = [turn(right), turn(down)];
        const flip = ([x = 0, y = 0]: number[]) => (mirror ? [-x, y] : [x, y]);
        const matrix = [...flip(right), 0, ...flip(down), 0];
        expect(orientationOf(fixed(...matrix))).toEqual({ turn: turns, mirror });
      }),
    );
  });
});

describe('the constant frame rate', () => {
  it.each([
    ['a steady file', [30, 1], [30, 1], [30, 1]],
    ['a rate that a millisecond clock has rounded', [29_970, 1000], [30_000, 1001], [30_000, 1001]],
    ['a phone that drops frames', [26_700, 1000], [30, 1], [30, 1]],
    ['a clock that looks like a rate', [24_300, 1000], [1000, 1], [25, 1]],
    ['FLV, where the average is the clock', [1000, 1], [60, 1], [60, 1]],
    ['a slide show', [1, 10], [1, 10], [1, 1]],
    ['a file without rates', [0, 0], [0, 0], [30, 1]],
    ['slow motion', [240, 1], [240, 1], [120, 1]],
  ])('of %s', (_, [an = 0, ad = 0], [nn = 0, nd = 0], [num, den]) => {
    expect(constantRate({ num: an, den: ad }, { num: nn, den: nd })).toEqual({ num, den });
  });
});

describe('segments', () => {
  const rates = fc.constantFrom(
    { num: 30, den: 1 },
    { num: 30_000, den: 1001 },
    { num: 24_000, den: 1001 },
    { num: 25, den: 1 },
    { num: 7, den: 2 },
  );
  it('start with the first frame at or after each multiple of their length', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 10 }), ({ num, den }, seconds) => {
        const ticks = { num: den, den: num };
        const starts = Array.from({ length: 400 }, (_, frame) => frame).filter((frame) =>
          startsGridCell(frame, ticks, seconds),
        );
        for (const [k, frame] of starts.entries()) {
          expect(frame).toBe(Math.max(0, Math.ceil((k * seconds * num) / den - 1e-9)));
        }
      }),
    );
  });

  it('start at keyframes only, at any distance of keyframes', () => {
    const cutter = segmentCutter({ num: 1, den: 30 }, 2, 1);
    const cuts = [0, 30, 60, 75, 120, 300].map((frame) => cutter(frame));
    expect(cuts).toEqual([undefined, 'fragment', 'segment', undefined, 'segment', 'segment']);
  });
});

describe('names', () => {
  it.each([
    ['s3://out/a/index', { bucket: 'out', key: 'a/index' }],
    ['s3://out/a/', { bucket: 'out', key: 'a/my.video' }],
    ['s3://out/', { bucket: 'out', key: 'my.video' }],
  ])(
    'of outputs at %s start with its last segment, or with the name of the input',
    (destination, base) => {
      expect(outputBase(destination, 's3://in/b/my.video.mp4')).toEqual(base);
    },
  );

  it('of JPEG qualities cover the range of FFmpeg', () => {
    expect([100, 80, 1].map(jpegQuantizer)).toEqual([2, 8, 31]);
  });
});
