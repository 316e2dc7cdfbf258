import type { AacSettings, AudioDescription } from '../settings/audio-settings.ts';
import type {
  FrameCaptureDescription,
  H264Description,
  H264Settings,
} from '../settings/video-settings.ts';
import type { Ratio, SizeRequest } from './frame-size.ts';
import type { VideoSink } from './video-graph.ts';

type Picture = H264Description | FrameCaptureDescription;

/** The scaling settings of a video description. */
export function sizeRequest(description: Picture): SizeRequest {
  const { codecSettings } = description;
  const h264 = codecSettings.codec === 'H_264' ? codecSettings.h264Settings : undefined;
  // JPEG viewers ignore the pixel aspect ratio, so stills have square pixels.
  const par = h264 === undefined ? { num: 1, den: 1 } : specifiedPar(h264);
  return {
    width: description.width,
    height: description.height,
    scaling: description.scalingBehavior ?? 'DEFAULT',
    ...(par === undefined ? {} : { par }),
  };
}

/** The rate of a description, or that of the source; stills are chosen at that of the source. */
export function outputRate({ codecSettings }: Picture, source: Ratio): Ratio {
  if (codecSettings.codec !== 'H_264') return source;
  const { framerateControl, framerateNumerator, framerateDenominator } = codecSettings.h264Settings;
  return framerateControl === 'SPECIFIED' &&
    framerateNumerator !== undefined &&
    framerateDenominator !== undefined
    ? { num: framerateNumerator, den: framerateDenominator }
    : source;
}

function specifiedPar(settings: H264Settings): Ratio | undefined {
  const { parControl, parNumerator: num, parDenominator: den } = settings;
  return parControl === 'SPECIFIED' && num !== undefined && den !== undefined
    ? { num, den }
    : undefined;
}

/**
 * The sharpness of MediaConvert selects the scaling algorithm: 0 is the softest, 50 the default, 100 the
 * sharpest.
 */
export function scalerOf({ sharpness = 50 }: Picture): VideoSink['scaler'] {
  if (sharpness < 34) return 'bilinear';
  return sharpness > 66 ? 'lanczos' : 'bicubic';
}

/**
 * The x264 options for the settings. Quality-defined rate control becomes the constant rate factor of x264
 * within maxBitrate: level 7 (the recommendation of MediaConvert for ordinary video) is factor 23, and one
 * level is two steps. qualityTuningLevel selects a fast preset, since a developer's machine has few cores:
 * `superfast` takes three times as long as `ultrafast`.
 * There is one pass only.
 */
export function h264Options(settings: H264Settings, rate: Ratio): Record<string, string | number> {
  const preset = {
    SINGLE_PASS: 'ultrafast',
    SINGLE_PASS_HQ: 'ultrafast',
    MULTI_PASS_HQ: 'superfast',
  };
  const { gopSizeUnits = 'AUTO', gopSize = 0 } = settings;
  const gop = gopSizeUnits === 'SECONDS' ? (gopSize * rate.num) / rate.den : gopSize;
  return {
    preset: preset[settings.qualityTuningLevel ?? 'SINGLE_PASS_HQ'],
    'forced-idr': 1,
    // With AUTO the segments determine the keyframes, which are forced.
    g: gopSizeUnits === 'AUTO' ? 100_000 : Math.max(1, Math.round(gop)),
    ...rateControl(settings),
    ...structure(settings),
    ...quantization(settings),
  };
}

function rateControl(settings: H264Settings): Record<string, string | number> {
  const { rateControlMode = 'VBR', bitrate = 0, maxBitrate, hrdBufferSize } = settings;
  const most = maxBitrate ?? (rateControlMode === 'CBR' ? bitrate : bitrate * 2);
  const limit = { maxrate: most, bufsize: hrdBufferSize || most * 2 };
  if (rateControlMode === 'QVBR') {
    const { qvbrQualityLevel = 7, qvbrQualityLevelFineTune = 0 } = settings.qvbrSettings ?? {};
    return { crf: 37 - 2 * (qvbrQualityLevel + qvbrQualityLevelFineTune), ...limit };
  }
  const constant = rateControlMode === 'CBR' ? { minrate: bitrate, 'nal-hrd': 'cbr' } : {};
  return { b: bitrate, ...limit, ...constant };
}

function structure(settings: H264Settings): Record<string, string | number> {
  const { codecLevel = 'AUTO', codecProfile, entropyEncoding, slices } = settings;
  return {
    ...(codecProfile === undefined ? {} : { profile: codecProfile.toLowerCase() }),
    ...(codecLevel === 'AUTO'
      ? {}
      : { level: codecLevel.slice('LEVEL_'.length).replace('_', '.') }),
    ...(entropyEncoding === 'CAVLC' ? { coder: 'vlc' } : {}),
    ...(slices === undefined || slices === 1 ? {} : { slices }),
    ...present('refs', settings.numberReferenceFrames),
    ...present('bf', settings.numberBFramesBetweenReferenceFrames),
    ...(settings.dynamicSubGop === 'STATIC' ? { b_strategy: 0 } : {}),
    ...(settings.gopBReference === 'DISABLED' ? { 'b-pyramid': 'none' } : {}),
    ...(settings.minIInterval ? { keyint_min: settings.minIInterval } : {}),
    ...(settings.sceneChangeDetect === 'DISABLED' ? { sc_threshold: 0 } : {}),
  };
}

function quantization({ adaptiveQuantization = 'AUTO' }: H264Settings) {
  const strength = { LOW: 0.5, MEDIUM: 0.8, HIGH: 1, HIGHER: 1.2, MAX: 1.5 };
  if (adaptiveQuantization === 'AUTO') return {};
  if (adaptiveQuantization === 'OFF') return { 'aq-mode': 0 };
  return { 'aq-mode': 1, 'aq-strength': strength[adaptiveQuantization] };
}

function present(key: string, value: number | undefined): Record<string, number> {
  return value === undefined ? {} : { [key]: value };
}

/** The settings of an AAC rendition. Rates in Hz and bits per second. */
export interface AacPlan {
  readonly sampleRate: number;
  readonly layout: 'mono' | 'stereo' | '5.1';
  readonly channels: number;
  readonly bitrate: number;
}

const LAYOUTS = {
  CODING_MODE_1_0: { layout: 'mono', channels: 1 },
  CODING_MODE_2_0: { layout: 'stereo', channels: 2 },
  CODING_MODE_5_1: { layout: '5.1', channels: 6 },
} as const;
const VBR_BITS_PER_CHANNEL = { LOW: 24_000, MEDIUM_LOW: 40_000, MEDIUM_HIGH: 56_000, HIGH: 80_000 };

export function aacPlan(description: AudioDescription): AacPlan {
  const settings: AacSettings = description.codecSettings.aacSettings ?? {};
  const { layout, channels } = LAYOUTS[settings.codingMode ?? 'CODING_MODE_2_0'];
  const variable = VBR_BITS_PER_CHANNEL[settings.vbrQuality ?? 'MEDIUM_HIGH'] * channels;
  return {
    sampleRate: settings.sampleRate ?? 48_000,
    layout,
    channels,
    bitrate: settings.rateControlMode === 'VBR' ? variable : (settings.bitrate ?? 128_000),
  };
}
