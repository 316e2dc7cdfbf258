import type { JobSettings as SdkSettings } from '@aws-sdk/client-mediaconvert';
import fc from 'fast-check';
import { type JobSettings, jobSettings } from '../../src/mediaconvert/settings/job-settings.ts';
import { changed, good, H264, type Json, messageOf } from './settings.ts';

/** The members of the SDK with their names on the wire. */
type Wire<T> = T extends readonly (infer Item)[]
  ? Wire<Item>[]
  : T extends object
    ? { [Key in keyof T as Key extends string ? Uncapitalize<Key> : Key]: Wire<T[Key]> }
    : T;

/** Members of Mine at any depth that Theirs does not have. */
type Stray<Mine, Theirs> = Mine extends readonly (infer Item)[]
  ? Stray<Item, Theirs extends readonly (infer Other)[] ? NonNullable<Other> : never>
  : Mine extends object
    ? string extends keyof Mine
      ? Stray<Mine[keyof Mine], Theirs[keyof Theirs]>
      : {
          [Key in keyof Mine]-?: Key extends keyof Theirs
            ? Stray<NonNullable<Mine[Key]>, NonNullable<Theirs[Key]>>
            : Key;
        }[keyof Mine]
    : never;

// This compiles only if all supported settings have the names of the SDK.
const wellValued = (settings: JobSettings): Wire<SdkSettings> => settings;
const wellNamed = (stray: Stray<JobSettings, Wire<SdkSettings>>): never => stray;
void wellValued;
void wellNamed;

function refused(settings: unknown): string {
  const message = messageOf(settings);
  if (message === undefined) throw new Error('The settings are accepted.');
  return message;
}

describe('job settings', () => {
  it('of an ordinary job are accepted', () => {
    expect(jobSettings.safeParse(good()).error).toBeUndefined();
  });

  it.each([
    [`${H264}/codec`, 'H_265', ['[H_264]', '"H_265"']],
    [`${H264}/h264Settings/rateControlMode`, 'CRF', ['QVBR, VBR, CBR', '"CRF"']],
    [`${H264}/h264Settings/maxBitrate`, 12, ['>=1000', 'got 12']],
    [`${H264}/h264Settings/interlaceMode`, 'TOP_FIELD', ['PROGRESSIVE', '"TOP_FIELD"']],
    ['/outputGroups/0/outputs/0/videoDescription/height', 361, ['even', 'got 361']],
    ['/outputGroups/0/outputs/0/containerSettings/container', 'M3U8', ['CMFC', '"M3U8"']],
    [
      '/outputGroups/0/outputGroupSettings/type',
      'HLS_GROUP_SETTINGS',
      ['CMAF_GROUP_SETTINGS, FILE_GROUP_SETTINGS', '"HLS_GROUP_SETTINGS"'],
    ],
    [
      '/outputGroups/0/outputGroupSettings/cmafGroupSettings/segmentLength',
      3.5,
      ['int', 'got 3.5'],
    ],
    ['/inputs/0/fileInput', 'https://example.org/video.mp4', ['s3://bucket/key', '"https://']],
    ['/inputs/0/videoSelector/rotate', 'DEGREE_90', ['DEGREES_90', '"DEGREE_90"']],
    ['/outputGroups/0/outputs/1/nameModifier', '_720p', ['different', '_720p']],
    [
      '/outputGroups/0/outputs/2/audioDescriptions/0/audioSourceName',
      'Audio Selector 2',
      ['Audio Selector 1'],
    ],
  ])('are refused at %s when it is %j', (path, value, words) => {
    const message = refused(changed(path, value));
    expect(message).toContain(`${path}: `);
    for (const word of words) expect(message).toContain(word);
  });

  it.each([
    '/inputs/0/inputClippings',
    '/inputs/0/videoSelector/streams',
    '/outputGroups/0/outputs/0/videoDescription/videoPreprocessors/noiseReducer',
    '/outputGroups/0/outputs/0/videoDescription/videoPreprocessors/colorCorrector/saturation',
    '/outputGroups/0/automatedEncodingSettings',
    '/outputGroups/0/outputGroupSettings/cmafGroupSettings/encryption',
    '/outputGroups/0/outputs/0/captionDescriptions',
    '/outputGroups/0/outputs/0/videoDescription/crop',
    '/outputGroups/1/outputs/0/videoDescription/codecSettings/frameCaptureSettings/cadence',
    '/nielsenConfiguration',
  ])('name a setting that is not supported: %s', (path) => {
    expect(refused(changed(path, {}))).toContain(`${path}: Is not a setting that is supported`);
  });

  it.each([
    [`${H264}/h264Settings/maxBitrate`, 'required when rateControlMode is QVBR'],
    [`${H264}/h264Settings/parNumerator`, 'required when parControl is SPECIFIED'],
    ['/outputGroups/0/outputs', 'expected array'],
    ['/outputGroups/0/outputs/0/videoDescription', 'either a videoDescription or'],
  ])('are refused without %s', (path, words) => {
    expect(refused(changed(path, undefined))).toContain(words);
  });

  it('need another output besides frame captures', () => {
    const settings = good() as { outputGroups: Json[] };
    settings.outputGroups.shift();
    expect(refused(settings)).toContain('/outputGroups: Should have another output');
  });

  it('with an unknown member anywhere are refused', () => {
    const places: string[] = [];
    const walk = (value: Json, path: string) => {
      if (typeof value !== 'object') return;
      // The names of selectors are arbitrary.
      if (!Array.isArray(value) && !path.endsWith('/audioSelectors')) places.push(path);
      for (const [key, each] of Object.entries(value)) walk(each, `${path}/${key}`);
    };
    walk(good(), '');
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
        fc.pre(value !== undefined);
        const stray = `${place}/strayMember`;
        expect(refused(changed(stray, value ?? 0))).toContain(stray);
      }),
    );
  });
});
