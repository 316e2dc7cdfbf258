import type { MediaFacts, VideoTrack } from '../contract/media.ts';
import { outputPrefix } from '../uploads/object-keys.ts';
import { colorCorrector, inputColorSettings } from './color.ts';
import { reducedFrameRate } from './frame-rate.ts';
import { ladderOf, type Rung, sizeAt } from './ladder.ts';
import { audioDescription, audioSelectors } from './sound.ts';

export interface TranscodeRequest {
  readonly uploadId: string;
  readonly facts: MediaFacts;
  readonly sourceBucket: string;
  readonly sourceKey: string;
  readonly outputBucket: string;
  /** 1 to 64 characters. MediaConvert creates one job for the same token within a minute. */
  readonly clientRequestToken: string;
}

/** The job cannot be described: the video track is missing or the token has an invalid length. */
export class TranscodeJobError extends Error {
  override readonly name = 'TranscodeJobError';
}

const MAX_TOKEN = 64;

/** Seconds. Longer segments compress better and need fewer files; shorter ones start and switch faster. */
const SEGMENT_SECONDS = 6;
const FRAGMENT_SECONDS = 2;

const AUDIO_GROUP = 'audio';

/** The smallest width and height of an output in MediaConvert. A smaller source keeps its size. */
const MIN_SIDE = 32;

const POSTER_SIDE = 1080;
export const STORYBOARD_SIDE = 180;
/** The maximum number of images of a storyboard: one per second, fewer for long videos. */
export const STORYBOARD_IMAGES = 100;

/**
 * Describes the MediaConvert job of an upload: one CMAF group with HLS and DASH manifests, a video output for each
 * rendition, a separate audio output, a poster and a storyboard.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
 *
 * @param request with facts that `checkMedia` accepts
 * @returns the argument of `createJob.sync` without `Role`, which the workflow adds
 * @throws TranscodeJobError
 */
export function transcodeJob(request: TranscodeRequest) {
  const { uploadId, facts, clientRequestToken } = request;
  const [video] = facts.video;
  if (video === undefined)
    throw new TranscodeJobError('The file must have a video track; it has none.');
  if (clientRequestToken.length < 1 || clientRequestToken.length > MAX_TOKEN) {
    throw new TranscodeJobError(
      `The request token must have 1 to ${MAX_TOKEN} characters; got ${clientRequestToken.length}.`,
    );
  }
  const destination = `s3://${request.outputBucket}/${outputPrefix(uploadId)}`;
  return {
    ClientRequestToken: clientRequestToken,
    // Only ids: user metadata is limited to few characters, and `&` corrupts the event.
    UserMetadata: { uploadId },
    Tags: { uploadId },
    BillingTagsSource: 'JOB' as const,
    // The shortest interval of MediaConvert, for the progress that users see.
    StatusUpdateInterval: 'SECONDS_10' as const,
    // Acceleration is a Professional-tier feature.
    AccelerationSettings: { Mode: 'DISABLED' as const },
    Settings: {
      TimecodeConfig: { Source: 'ZEROBASED' as const },
      Inputs: [input(`s3://${request.sourceBucket}/${request.sourceKey}`, facts, video)],
      OutputGroups: [
        streams(`${destination}index`, video, facts),
        images(`${destination}poster`, 'Poster', video, POSTER_SIDE, {
          every: posterInterval(facts.durationSeconds),
          most: 2,
        }),
        images(`${destination}storyboard`, 'Storyboard', video, STORYBOARD_SIDE, {
          every: storyboardInterval(facts.durationSeconds),
          most: STORYBOARD_IMAGES,
        }),
      ],
    },
  };
}

/**
 * Whole seconds until the second image of the poster, which is the one in use: a tenth of the video. Frame capture has
 * no offset and always starts with the first frame.
 */
function posterInterval(durationSeconds: number): number {
  return Math.max(1, Math.floor(durationSeconds / 10));
}

/** Whole seconds between two images of a storyboard. */
export function storyboardInterval(durationSeconds: number): number {
  return Math.max(1, Math.ceil(durationSeconds / STORYBOARD_IMAGES));
}

function input(file: string, facts: MediaFacts, video: VideoTrack) {
  // AUTO supports only the rotation of MOV and MP4: https://docs.aws.amazon.com/mediaconvert/latest/ug/rotation.html
  const automatic = facts.container === 'mp4' || facts.container === 'mov';
  const selectors = audioSelectors(facts);
  return {
    FileInput: file,
    TimecodeSource: 'ZEROBASED' as const,
    VideoSelector: {
      Rotate: automatic ? ('AUTO' as const) : rotate(video.rotation),
      // Without it MediaConvert takes the first program of a transport stream.
      ...(video.program !== undefined && video.pid !== undefined && { Pid: video.pid }),
      ...inputColorSettings(video),
    },
    ...(selectors && { AudioSelectors: selectors }),
  };
}

function rotate(rotation: VideoTrack['rotation']) {
  return rotation === 0 ? ('DEGREE_0' as const) : (`DEGREES_${rotation}` as const);
}

function streams(destination: string, video: VideoTrack, facts: MediaFacts) {
  const hasSound = facts.audio.length > 0;
  return {
    Name: 'Streams',
    OutputGroupSettings: {
      Type: 'CMAF_GROUP_SETTINGS' as const,
      CmafGroupSettings: {
        Destination: destination,
        SegmentControl: 'SEGMENTED_FILES' as const,
        SegmentLength: SEGMENT_SECONDS,
        FragmentLength: FRAGMENT_SECONDS,
        WriteHlsManifest: 'ENABLED' as const,
        WriteDashManifest: 'ENABLED' as const,
        WriteSegmentTimelineInRepresentation: 'ENABLED' as const,
        ManifestDurationFormat: 'FLOATING_POINT' as const,
        ManifestCompression: 'NONE' as const,
        StreamInfResolution: 'INCLUDE' as const,
        CodecSpecification: 'RFC_6381' as const,
      },
    },
    Outputs: [
      ...ladderOf(video).map((rung) => rendition(rung, video, hasSound)),
      ...(hasSound ? [sound(facts)] : []),
    ],
  };
}

function rendition(rung: Rung, video: VideoTrack, hasSound: boolean) {
  return {
    NameModifier: `_${rung.name}`,
    ContainerSettings: {
      Container: 'CMFC' as const,
      ...(hasSound && { CmfcSettings: { AudioRenditionSets: AUDIO_GROUP } }),
    },
    VideoDescription: {
      ...size(rung, video),
      VideoPreprocessors: preprocessors(video),
      CodecSettings: {
        Codec: 'H_264' as const,
        H264Settings: {
          RateControlMode: 'QVBR' as const,
          QvbrSettings: { QvbrQualityLevel: rung.quality },
          MaxBitrate: rung.maxBitrate,
          ...frameRate(video),
          GopSizeUnits: 'AUTO' as const,
          SceneChangeDetect: 'TRANSITION_DETECTION' as const,
          ...(video.pixelAspectRatio !== 1 && {
            ParControl: 'SPECIFIED' as const,
            ParNumerator: 1,
            ParDenominator: 1,
          }),
        },
      },
    },
  };
}

/**
 * The height alone keeps the aspect ratio. A source with other than square pixels is stretched to the width and height
 * in square pixels.
 */
function size({ width, height }: { width: number; height: number }, video: VideoTrack) {
  if (Math.min(width, height) < MIN_SIDE) return {};
  if (video.pixelAspectRatio === 1) return { Height: height };
  return { Width: width, Height: height, ScalingBehavior: 'STRETCH_TO_OUTPUT' as const };
}

/**
 * The settings that every output has, pictures included. The deinterlacer leaves frames alone that are marked as
 * progressive (Control NORMAL); without it, fields may stay woven into the frames:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/working-with-scan-type.html
 */
function preprocessors(video: VideoTrack) {
  return {
    Deinterlacer: {
      Mode: 'DEINTERLACE' as const,
      Control: 'NORMAL' as const,
      Algorithm: 'INTERPOLATE' as const,
    },
    ColorCorrector: colorCorrector(video),
  };
}

/**
 * The source's rate, or a lower one by dropping frames. The algorithm FRAMEFORMER is charged extra.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/working-with-video-frame-rates.html
 */
function frameRate(video: VideoTrack) {
  const reduced = reducedFrameRate(video.frameRate);
  if (reduced === undefined) return { FramerateControl: 'INITIALIZE_FROM_SOURCE' as const };
  return {
    FramerateControl: 'SPECIFIED' as const,
    FramerateNumerator: reduced.numerator,
    FramerateDenominator: reduced.denominator,
    FramerateConversionAlgorithm: 'DUPLICATE_DROP' as const,
  };
}

function sound(facts: MediaFacts) {
  return {
    NameModifier: '_audio',
    ContainerSettings: {
      Container: 'CMFC' as const,
      CmfcSettings: {
        AudioGroupId: AUDIO_GROUP,
        AudioTrackType: 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT' as const,
      },
    },
    AudioDescriptions: [audioDescription(facts)],
  };
}

/** JPEG images: the first frame, then one every `every` seconds, `most` in total. */
function images(
  destination: string,
  name: string,
  video: VideoTrack,
  side: number,
  { every, most }: { every: number; most: number },
) {
  return {
    Name: name,
    OutputGroupSettings: {
      Type: 'FILE_GROUP_SETTINGS' as const,
      FileGroupSettings: { Destination: destination },
    },
    Outputs: [
      {
        ContainerSettings: { Container: 'RAW' as const },
        VideoDescription: {
          ...size(sizeAt(video, side), video),
          VideoPreprocessors: preprocessors(video),
          CodecSettings: {
            Codec: 'FRAME_CAPTURE' as const,
            FrameCaptureSettings: {
              FramerateNumerator: 1,
              FramerateDenominator: every,
              MaxCaptures: most,
              Quality: 80,
            },
          },
        },
      },
    ],
  };
}
