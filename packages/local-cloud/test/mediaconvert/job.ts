import type {
  AudioSelector,
  CmafGroupSettings,
  CreateJobCommandInput,
  H264Settings,
  InputRotate,
  JobSettings,
  Output,
  OutputGroup,
  RemixSettings,
  VideoPreprocessor,
  VideoSelector,
} from '@aws-sdk/client-mediaconvert';
import { OUTBOX, ROLE } from './harness.ts';

export function videoOutput(
  height: number,
  more: Partial<H264Settings> = {},
  preprocessors?: VideoPreprocessor,
): Output {
  return {
    ContainerSettings: { Container: 'CMFC' },
    NameModifier: `_${height}p`,
    VideoDescription: {
      Height: height,
      ...(preprocessors === undefined ? {} : { VideoPreprocessors: preprocessors }),
      CodecSettings: {
        Codec: 'H_264',
        H264Settings: {
          RateControlMode: 'QVBR',
          MaxBitrate: 2_000_000,
          QvbrSettings: { QvbrQualityLevel: 7 },
          FramerateControl: 'INITIALIZE_FROM_SOURCE',
          GopSizeUnits: 'AUTO',
          SceneChangeDetect: 'TRANSITION_DETECTION',
          ParControl: 'SPECIFIED',
          ParNumerator: 1,
          ParDenominator: 1,
          ...more,
        },
      },
    },
  };
}

export function audioOutput(remix?: RemixSettings): Output {
  return {
    ContainerSettings: { Container: 'CMFC' },
    NameModifier: '_audio',
    AudioDescriptions: [
      {
        AudioSourceName: 'Audio Selector 1',
        ...(remix === undefined ? {} : { RemixSettings: remix }),
        CodecSettings: {
          Codec: 'AAC',
          AacSettings: { Bitrate: 96_000, SampleRate: 48_000, CodingMode: 'CODING_MODE_2_0' },
        },
      },
    ],
  };
}

export function captureOutput(
  every: number,
  most: number,
  preprocessors?: VideoPreprocessor,
  height = 90,
): Output {
  return {
    ContainerSettings: { Container: 'RAW' },
    VideoDescription: {
      Height: height,
      ...(preprocessors === undefined ? {} : { VideoPreprocessors: preprocessors }),
      CodecSettings: {
        Codec: 'FRAME_CAPTURE',
        FrameCaptureSettings: {
          FramerateNumerator: 1,
          FramerateDenominator: every,
          MaxCaptures: most,
          Quality: 80,
        },
      },
    },
  };
}

export interface JobPlan {
  readonly input: string;
  /** The destination in the output bucket: `one/` gives `one/index.m3u8`. */
  readonly to: string;
  readonly heights?: readonly number[];
  readonly audio?: boolean | AudioSelector;
  readonly rotate?: InputRotate;
  readonly captures?: { readonly every: number; readonly most: number };
  readonly segment?: number;
  /** Changes to the CMAF group's settings. */
  readonly change?: Partial<CmafGroupSettings>;
  /** Preprocessors of every output with a picture. */
  readonly preprocessors?: VideoPreprocessor;
  readonly selector?: VideoSelector;
  readonly h264?: Partial<H264Settings>;
  readonly remix?: RemixSettings;
  /** Height of an additional MP4 file. */
  readonly mp4?: number;
}

export function settingsOf(plan: JobPlan): JobSettings {
  const { heights = [180], audio = false, rotate = 'AUTO', segment = 2 } = plan;
  const selector = audio === true ? { DefaultSelection: 'DEFAULT' as const } : audio;
  return {
    TimecodeConfig: { Source: 'ZEROBASED' },
    Inputs: [
      {
        FileInput: plan.input,
        TimecodeSource: 'ZEROBASED',
        VideoSelector: { Rotate: rotate, ...plan.selector },
        ...(selector === false
          ? {}
          : {
              AudioSelectors: {
                'Audio Selector 1': { AudioDurationCorrection: 'AUTO', ...selector },
              },
            }),
      },
    ],
    OutputGroups: [
      {
        Name: 'Streams',
        OutputGroupSettings: {
          Type: 'CMAF_GROUP_SETTINGS',
          CmafGroupSettings: {
            Destination: `s3://${OUTBOX}/${plan.to}index`,
            SegmentControl: 'SEGMENTED_FILES',
            SegmentLength: segment,
            FragmentLength: 1,
            WriteSegmentTimelineInRepresentation: 'ENABLED',
            CodecSpecification: 'RFC_6381',
            ...plan.change,
          },
        },
        Outputs: [
          ...heights.map((height) => videoOutput(height, plan.h264, plan.preprocessors)),
          ...(selector === false ? [] : [audioOutput(plan.remix)]),
        ],
      },
      ...(plan.captures === undefined
        ? []
        : [
            {
              Name: 'Stills',
              OutputGroupSettings: {
                Type: 'FILE_GROUP_SETTINGS' as const,
                FileGroupSettings: { Destination: `s3://${OUTBOX}/${plan.to}poster` },
              },
              Outputs: [captureOutput(plan.captures.every, plan.captures.most, plan.preprocessors)],
            },
          ]),
      ...(plan.mp4 === undefined ? [] : [fileGroup(`s3://${OUTBOX}/${plan.to}whole`, plan.mp4)]),
    ],
  };
}

function fileGroup(Destination: string, height: number): OutputGroup {
  const { VideoDescription, NameModifier } = videoOutput(height);
  const { AudioDescriptions } = audioOutput();
  const ContainerSettings = { Container: 'MP4' as const };
  return {
    OutputGroupSettings: { Type: 'FILE_GROUP_SETTINGS', FileGroupSettings: { Destination } },
    Outputs: [{ ContainerSettings, NameModifier, VideoDescription, AudioDescriptions }],
  };
}

export function request(
  plan: JobPlan,
  more: Partial<CreateJobCommandInput> = {},
): CreateJobCommandInput {
  return { Role: ROLE, Settings: settingsOf(plan), UserMetadata: { uploadId: 'u-1' }, ...more };
}
