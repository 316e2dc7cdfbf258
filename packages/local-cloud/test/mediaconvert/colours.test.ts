import fc from 'fast-check';
import { colourOf, mappingTo709, outputColour } from '../../src/mediaconvert/transcode/colour.ts';
import { scaleFilter, tableFilters } from '../../src/mediaconvert/transcode/colour-filters.ts';
import {
  type ColourMapping,
  colourMapper,
  lightToPq,
  pqToLight,
} from '../../src/mediaconvert/transcode/tone-curve.ts';

const REC_709 = { primaries: 1, transfer: 1, matrix: 1, fullRange: false };
const HDR10 = { primaries: 9, transfer: 16, matrix: 9, fullRange: false };
const UNTOLD = { primaries: 2, transfer: 2, matrix: 2, fullRange: false };
const TO_709 = { colorSpaceConversion: 'FORCE_709' } as const;

/** A picture and a container with these code points: primaries, transfer, matrix, range. */
const described = (frame: number[], container: number[]) => {
  const names = ['colorPrimaries', 'colorTrc', 'colorSpace', 'colorRange'];
  const of = (values: number[]) =>
    Object.fromEntries(names.map((name, index) => [name, values[index] ?? 2]));
  return [of(frame), { codecpar: of(container) }] as unknown as [
    Parameters<typeof colourOf>[0],
    Parameters<typeof colourOf>[1],
  ];
};

describe('the colour of a picture', () => {
  it('is that of the bitstream, then that of the container', () => {
    expect(colourOf(...described([9, 16, 9, 1], [1, 1, 1, 1]))).toEqual(HDR10);
    expect(colourOf(...described([2, 2, 2, 0], [9, 16, 9, 1]))).toEqual(HDR10);
    expect(colourOf(...described([2, 2, 2, 0], [0, 0, 2, 0]))).toEqual(UNTOLD);
    expect(colourOf(...described([1, 1, 1, 2], []))).toEqual({ ...REC_709, fullRange: true });
  });

  it('is that of the settings by FORCE, and without another one by FALLBACK', () => {
    const force = { colorSpace: 'HDR10', colorSpaceUsage: 'FORCE' } as const;
    const fallback = { colorSpace: 'HDR10', colorSpaceUsage: 'FALLBACK' } as const;
    expect(colourOf(...described([1, 1, 1, 1], []), force)).toEqual(HDR10);
    expect(colourOf(...described([1, 1, 1, 1], []), fallback)).toEqual(REC_709);
    expect(colourOf(...described([2, 2, 2, 1], [2, 2, 2]), fallback)).toEqual(HDR10);
  });

  it('has the range of the settings', () => {
    const range = (sampleRange: 'FULL_RANGE' | 'LIMITED_RANGE', of: number) =>
      colourOf(...described([1, 1, 1, of], []), { sampleRange }).fullRange;
    expect([range('FULL_RANGE', 1), range('LIMITED_RANGE', 2)]).toEqual([true, false]);
  });
});

describe('the conversion to Rec. 709', () => {
  it('is absent if the job does not ask for it or there is nothing to convert', () => {
    expect(mappingTo709(HDR10, undefined)).toBeUndefined();
    expect(mappingTo709(HDR10, { sampleRangeConversion: 'LIMITED_RANGE_SQUEEZE' })).toBeUndefined();
    expect(mappingTo709(REC_709, TO_709)).toBeUndefined();
    expect(mappingTo709(UNTOLD, TO_709)).toBeUndefined();
  });

  it.each([
    ['HDR10', HDR10, { transfer: 'pq', gamut: '2020' }],
    ['HLG', { ...HDR10, transfer: 18 }, { transfer: 'hlg', gamut: '2020' }],
    ['HDR without primaries', { ...HDR10, primaries: 2 }, { transfer: 'pq', gamut: '2020' }],
    ['Display P3', { ...REC_709, primaries: 12 }, { transfer: 'sdr', gamut: 'p3' }],
    ['NTSC', { ...REC_709, primaries: 6 }, { transfer: 'sdr', gamut: '601-525' }],
    ['PAL', { ...REC_709, primaries: 5 }, { transfer: 'sdr', gamut: '601-625' }],
  ])('of %s has its transfer function and gamut', (_what, colour, expected) => {
    expect(mappingTo709(colour, TO_709)).toMatchObject(expected);
  });

  it('expects the peak of the mastering display in the settings, or 1,000 cd/m²', () => {
    expect(mappingTo709(HDR10, TO_709)?.peak).toBe(1000);
    const hdr10Metadata = { maxLuminance: 40_000_000 };
    expect(mappingTo709(HDR10, TO_709, { hdr10Metadata })?.peak).toBe(4000);
  });

  it('is written into the tags, and the range is limited', () => {
    expect(outputColour({ ...HDR10, fullRange: true }, TO_709, true)).toEqual(REC_709);
    expect(outputColour(UNTOLD, TO_709, false)).toEqual(REC_709);
    expect(outputColour({ ...REC_709, matrix: 0 }, undefined, false)).toEqual(REC_709);
    const full = { ...UNTOLD, fullRange: true };
    expect(outputColour(full, undefined, false)).toEqual(full);
    const squeeze = { sampleRangeConversion: 'LIMITED_RANGE_SQUEEZE' } as const;
    expect(outputColour(full, squeeze, false)).toEqual(UNTOLD);
  });
});

describe('the tone curve', () => {
  const mapping = (more: Partial<ColourMapping> = {}): ColourMapping => ({
    transfer: 'pq',
    gamut: '2020',
    peak: 1000,
    mapper: 'PRESERVE_DETAILS',
    ...more,
  });
  const grey = (light: number, of = mapping()) => {
    const signal = lightToPq(light);
    return colourMapper(of)([signal, signal, signal])[1];
  };

  it('has the points of the PQ function in Rec. ITU-R BT.2100', () => {
    expect(lightToPq(10_000)).toBeCloseTo(1, 6);
    expect(lightToPq(100)).toBeCloseTo(0.508078, 5);
    expect(pqToLight(0.580689)).toBeCloseTo(203, 1);
  });

  it('keeps black, light below the knee, and the order of brightness up to the peak', () => {
    expect(grey(0)).toBeCloseTo(0, 6);
    expect(grey(26)).toBeCloseTo((26 / 203) ** (1 / 2.4), 4);
    const lights = [1, 10, 50, 100, 203, 400, 700, 999].map((light) => grey(light));
    expect(lights).toEqual([...lights].sort((a, b) => a - b));
    expect(new Set(lights).size).toBe(lights.length);
    expect(grey(1000)).toBeCloseTo(1, 4);
    expect(grey(5000)).toBeCloseTo(1, 4);
  });

  it('is brighter with VIBRANT, which gives up differences above 400 cd/m²', () => {
    const vibrant = mapping({ mapper: 'VIBRANT' });
    expect(grey(150, vibrant)).toBeGreaterThan(grey(150));
    expect(grey(400, vibrant)).toBeCloseTo(1, 4);
  });

  it('does not change a source that is darker than SDR white', () => {
    expect(grey(150, mapping({ peak: 203 }))).toBeCloseTo((150 / 203) ** (1 / 2.4), 5);
  });

  it('has the reference white of HLG, 75 % of the signal, at 203 cd/m²', () => {
    // Report ITU-R BT.2408, table 1: the same light as PQ at 58 %.
    const white = colourMapper(mapping({ transfer: 'hlg' }))([0.75, 0.75, 0.75])[0];
    expect(Math.abs(white - grey(203))).toBeLessThan(0.01);
  });

  it('keeps grey grey and every value in its limits', () => {
    const kinds = fc.record({
      transfer: fc.constantFrom('sdr' as const, 'pq' as const, 'hlg' as const),
      gamut: fc.constantFrom('709', '601-525', '601-625', '2020', 'p3'),
      peak: fc.constantFrom(100, 203, 600, 1000, 4000, 10_000),
      mapper: fc.constantFrom('PRESERVE_DETAILS' as const, 'VIBRANT' as const),
    });
    const signal = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(kinds, signal, signal, signal, (kind, red, green, blue) => {
        const map = colourMapper(kind as ColourMapping);
        for (const value of map([red, green, blue])) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        const [r, g, b] = map([red, red, red]);
        expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(0.02);
      }),
    );
  });
});

describe('the filters', () => {
  it('quote the path of a table for both levels of the parser', () => {
    expect(tableFilters(HDR10, "/a b/it's:1,[x].cube")[2]).toBe(
      String.raw`lut3d=file=/a b/it\\\'s\\:1\,\[x\].cube:interp=tetrahedral`,
    );
  });

  it('name a matrix only where it changes, and never one that is unspecified', () => {
    const size = { width: 2, height: 2 };
    expect(scaleFilter(size, 'bicubic', REC_709, REC_709)).toBe(
      'scale=2:2:flags=bicubic:in_range=tv:out_range=tv',
    );
    expect(scaleFilter(size, 'bicubic', UNTOLD, { ...REC_709, fullRange: true })).toBe(
      'scale=2:2:flags=bicubic:in_range=tv:out_range=pc',
    );
    expect(scaleFilter(size, 'bicubic', { ...REC_709, matrix: 6 }, REC_709)).toContain(
      'in_color_matrix=smpte170m:out_color_matrix=bt709',
    );
  });
});
