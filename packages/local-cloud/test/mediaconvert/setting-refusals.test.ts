import { changed, good, H264, messageOf } from './settings.ts';

const AAC = '/outputGroups/0/outputs/2/audioDescriptions/0/codecSettings/aacSettings';
const CMAF = '/outputGroups/0/outputGroupSettings/cmafGroupSettings';
const CAPTURE = '/outputGroups/1/outputs/0/videoDescription/codecSettings/frameCaptureSettings';
const VIDEO = '/outputGroups/0/outputs/0/videoDescription';
const H264_SETTINGS = `${H264}/h264Settings`;

const SELECTOR = '/inputs/0/audioSelectors/Audio Selector 1';
const REMIX = '/outputGroups/0/outputs/2/audioDescriptions/0/remixSettings';
const mix = (channelsIn: number, ...rows: number[][]) => ({
  channelsIn,
  channelsOut: 2,
  channelMapping: { outputChannels: rows.map((inputChannels) => ({ inputChannels })) },
});

/** The limits of each numeric setting that does not depend on another one. */
const LIMITS: readonly [path: string, smallest: number, largest: number, step?: number][] = [
  [`${H264_SETTINGS}/maxBitrate`, 1000, 1_152_000_000],
  [`${H264_SETTINGS}/qvbrSettings/qvbrQualityLevel`, 1, 10],
  [`${H264_SETTINGS}/hrdBufferSize`, 0, 1_152_000_000],
  [`${H264_SETTINGS}/hrdBufferInitialFillPercentage`, 0, 100],
  [`${H264_SETTINGS}/framerateNumerator`, 1, 2_147_483_647],
  [`${H264_SETTINGS}/minIInterval`, 0, 30],
  [`${H264_SETTINGS}/numberBFramesBetweenReferenceFrames`, 0, 7],
  [`${H264_SETTINGS}/numberReferenceFrames`, 1, 6],
  [`${H264_SETTINGS}/parNumerator`, 1, 2_147_483_647],
  [`${H264_SETTINGS}/slices`, 1, 32],
  [`${VIDEO}/width`, 32, 4096, 2],
  [`${VIDEO}/height`, 32, 4096, 2],
  [`${VIDEO}/sharpness`, 0, 100],
  [`${AAC}/bitrate`, 6000, 1_024_000],
  [`${CMAF}/minBufferTime`, 0, 2_147_483_647],
  [`${CAPTURE}/framerateNumerator`, 1, 2_147_483_647],
  [`${CAPTURE}/maxCaptures`, 1, 10_000_000],
  [`${CAPTURE}/quality`, 1, 100],
];

describe('The number at', () => {
  it.each(LIMITS)('%s is from %i to %i', (path, smallest, largest, step = 1) => {
    for (const value of [smallest, largest])
      expect(messageOf(changed(path, value))).toBeUndefined();
    for (const value of [smallest - step, largest + step, smallest + 0.5, String(smallest)]) {
      const message = messageOf(changed(path, value));
      expect(message).toContain(`${path}: `);
      expect(message).toContain(`got ${JSON.stringify(value)}`);
    }
  });
});

/** Settings that depend on each other: what is changed, and the refusal. */
const RULES: readonly [string, Readonly<Record<string, unknown>>, string][] = [
  [
    'QVBR has a maximum bitrate',
    { [`${H264_SETTINGS}/maxBitrate`]: undefined },
    `${H264_SETTINGS}/maxBitrate: Is required when rateControlMode is QVBR`,
  ],
  [
    'QVBR has no bitrate',
    { [`${H264_SETTINGS}/bitrate`]: 1_000_000 },
    `${H264_SETTINGS}/bitrate: Is not allowed when rateControlMode is QVBR`,
  ],
  ...['VBR', 'CBR'].flatMap((mode): [string, Readonly<Record<string, unknown>>, string][] => [
    [
      `${mode} has a bitrate`,
      {
        [`${H264_SETTINGS}/rateControlMode`]: mode,
        [`${H264_SETTINGS}/qvbrSettings`]: undefined,
      },
      `${H264_SETTINGS}/bitrate: Is required when rateControlMode is ${mode}`,
    ],
    [
      `${mode} has no quality level`,
      {
        [`${H264_SETTINGS}/rateControlMode`]: mode,
        [`${H264_SETTINGS}/bitrate`]: 1_000_000,
      },
      `${H264_SETTINGS}/qvbrSettings: Is not allowed when rateControlMode is ${mode}`,
    ],
  ]),
  [
    'VBR is the default',
    {
      [`${H264_SETTINGS}/rateControlMode`]: undefined,
      [`${H264_SETTINGS}/qvbrSettings`]: undefined,
    },
    'Is required when rateControlMode is VBR',
  ],
  ...(
    [
      ['framerate', 'framerateNumerator', 'framerateDenominator'],
      ['par', 'parNumerator', 'parDenominator'],
    ] as const
  ).flatMap(([control, ...parts]): [string, Readonly<Record<string, unknown>>, string][] =>
    parts.map((part) => [
      `${control}Control SPECIFIED has ${part}`,
      {
        [`${H264_SETTINGS}/${control}Control`]: 'SPECIFIED',
        ...Object.fromEntries(
          parts.map((each) => [`${H264_SETTINGS}/${each}`, each === part ? undefined : 1]),
        ),
      },
      `${H264_SETTINGS}/${part}: Is required when ${control}Control is SPECIFIED`,
    ]),
  ),
  ...['SECONDS', 'FRAMES'].map((unit): [string, Readonly<Record<string, unknown>>, string] => [
    `${unit} have a GOP size`,
    { [`${H264_SETTINGS}/gopSizeUnits`]: unit },
    `${H264_SETTINGS}/gopSize: `,
  ]),
  ['AUTO has no GOP size', { [`${H264_SETTINGS}/gopSize`]: 2 }, `${H264_SETTINGS}/gopSize: `],
  [
    'segments are whole fragments',
    { [`${CMAF}/segmentLength`]: 5, [`${CMAF}/fragmentLength`]: 2 },
    `${CMAF}/segmentLength: Should be a multiple of fragmentLength (2)`,
  ],
  [
    'segments of the default length are whole fragments',
    { [`${CMAF}/segmentLength`]: undefined, [`${CMAF}/fragmentLength`]: 3 },
    'Should be a multiple of fragmentLength (3)',
  ],
  [
    'VBR sound has no bitrate',
    { [`${AAC}/rateControlMode`]: 'VBR' },
    `${AAC}/bitrate: Is not allowed when rateControlMode is VBR`,
  ],
  [
    'an output of a CMAF group has either picture or sound',
    { '/outputGroups/0/outputs/2/videoDescription': 'that of the first output' },
    'either a videoDescription or one of audioDescriptions',
  ],
  [
    'outputs without a modifier have different names too',
    {
      '/outputGroups/0/outputs/0/nameModifier': undefined,
      '/outputGroups/0/outputs/1/nameModifier': undefined,
    },
    '/outputGroups/0/outputs/1/nameModifier: ',
  ],
  [
    'a colour space has a usage',
    { '/inputs/0/videoSelector/colorSpace': 'HDR10' },
    '/inputs/0/videoSelector/colorSpaceUsage: Should be FORCE or FALLBACK if colorSpace is set',
  ],
  [
    'a mastering display belongs to HDR',
    { '/inputs/0/videoSelector/hdr10Metadata': { maxLuminance: 10_000_000 } },
    '/inputs/0/videoSelector/hdr10Metadata: Is allowed only if colorSpace is HDR10 or P3D65_HDR',
  ],
  [
    'a selector by packet identifier has one',
    { [`${SELECTOR}/selectorType`]: 'PID' },
    `${SELECTOR}/pids: Is required when selectorType is PID`,
  ],
  [
    'a selector by packet identifier has no tracks',
    { [SELECTOR]: { selectorType: 'PID', pids: [257], tracks: [1] } },
    `${SELECTOR}/tracks: Is not allowed when selectorType is PID`,
  ],
  [
    'a selector by track has no packet identifiers',
    { [SELECTOR]: { pids: [257] } },
    `${SELECTOR}/pids: Is not allowed when selectorType is TRACK`,
  ],
  [
    'a mix has an entry for each channel of the output',
    { [REMIX]: mix(2, [0, 0]) },
    `${REMIX}/channelMapping/outputChannels: Should have 2 entries`,
  ],
  [
    'a mix has a value for each channel of the input',
    { [REMIX]: mix(2, [0, 0], [0, 0, 0]) },
    `${REMIX}/channelMapping/outputChannels/1/inputChannels: Should have 2 values`,
  ],
  [
    'a mix has as many channels as the coding mode',
    { [REMIX]: { ...mix(2, [0, 0]), channelsOut: 1 } },
    `${REMIX}/channelsOut: Should be 2, the number of channels of codingMode`,
  ],
  [
    'a mix is from -60 to 6 dB',
    { [REMIX]: mix(1, [-61], [0]) },
    `${REMIX}/channelMapping/outputChannels/0/inputChannels`,
  ],
  ['sound needs a selector', { '/inputs/0/audioSelectors': undefined }, 'it has none'],
];

describe('Settings are refused unless', () => {
  it.each(RULES)('%s', (_, changes, words) => {
    let settings = good();
    for (const [path, value] of Object.entries(changes)) {
      const used =
        value === 'that of the first output'
          ? (good() as { outputGroups: { outputs: { videoDescription: unknown }[] }[] })
              .outputGroups[0]?.outputs[0]?.videoDescription
          : value;
      settings = changed(path, used, settings);
    }
    expect(messageOf(settings)).toContain(words);
  });

  it.each<[string, unknown]>([
    ['/inputs/0/fileInput', 's3://bucket'],
    ['/inputs/0/fileInput', 's3://b/key'],
    ['/inputs/0/fileInput', 's3://Bucket/key'],
    [`${CMAF}/destination`, 's3://the-outbox'],
    [`${CMAF}/destination`, 's3://the-outbox/$dt$/'],
    ['/outputGroups/0/outputs/0/nameModifier', '_$w$'],
    ['/outputGroups/0/outputs/0/nameModifier', 'a/b'],
    ['/outputGroups/0/outputs/0/nameModifier', ''],
    ['/outputGroups/0/outputs/0/nameModifier', 'n'.repeat(257)],
    ['/outputGroups/0/outputs/2/audioDescriptions/0/languageCode', 'eng'],
    ['/outputGroups/0/outputs/2/audioDescriptions/0/languageCode', 'ENGL'],
  ])('%s is well-formed, not %j', (path, value) => {
    expect(messageOf(changed(path, value))).toContain(`${path}: `);
  });

  it('there is exactly one input', () => {
    const [input] = (good() as { inputs: unknown[] }).inputs;
    expect(messageOf(changed('/inputs', []))).toContain('/inputs: ');
    expect(messageOf(changed('/inputs', [input, input]))).toContain('exactly one input');
  });
});

describe('A refusal', () => {
  it('names at most five mistakes, each once, and shortens long values', () => {
    let settings = changed('/inputs/0/fileInput', 'x'.repeat(200));
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) settings = changed(`/${name}`, 1, settings);
    const messages = messageOf(settings)?.split(' | ') ?? [];
    expect(messages).toHaveLength(5);
    expect(new Set(messages).size).toBe(5);
    expect(messages[0]).toMatch(/got "x{79}…$/);
  });
});
