import { type MediaFacts, mediaFactsSchema, type VideoTrack } from '../contract/media.ts';
import type { GivenReason, MediaReasonCode } from '../contract/reasons.ts';
import { bareContentType } from '../uploads/create-request.ts';
import type { UploadPolicy } from '../uploads/upload-policy.ts';

/** The properties that the upload declared when it was created. */
export interface Declared {
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
}

export type MediaCheckResult =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'rejected'; readonly reason: GivenReason<MediaReasonCode> };

type Finding = GivenReason<MediaReasonCode> | undefined;

/** The containers of each content type. QuickTime and MP4 are one family, and so are Matroska and WebM. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  'video/mp4': ['mp4', 'mov'],
  'video/x-m4v': ['mp4', 'mov'],
  'video/quicktime': ['mov', 'mp4'],
  'video/webm': ['webm', 'mkv'],
  'video/x-matroska': ['mkv', 'webm'],
  'video/matroska': ['mkv', 'webm'],
  'video/mp2t': ['mpegts'],
  'video/3gpp': ['mp4', 'mov'],
  'video/3gpp2': ['mp4', 'mov'],
  'video/avi': ['avi'],
  'video/msvideo': ['avi'],
  'video/x-msvideo': ['avi'],
  'video/x-flv': ['flv'],
  // Browsers send it for every file named .mpg or .mpeg.
  'video/mpeg': ['mpegps', 'mpegts'],
  'application/mxf': ['mxf'],
  'video/x-ms-asf': ['asf'],
  'video/x-ms-wmv': ['asf'],
};

/**
 * Checks a file against its declaration and the policy. The reason is the first rule that it breaks. Impossible facts
 * (a width of 0, a duration of NaN) mean a damaged file, not an error.
 *
 * @param size bytes of the object in S3
 */
export function checkMedia(
  facts: MediaFacts,
  policy: UploadPolicy,
  declared: Declared,
  size: number,
): MediaCheckResult {
  const reason =
    sizeFinding(declared, size) ??
    containerFinding(facts, policy, declared) ??
    trackFinding(facts, policy) ??
    videoCodecFinding(facts, policy) ??
    soundnessFinding(facts) ??
    durationFinding(facts, policy) ??
    pictureFinding(facts, policy) ??
    bitRateFinding(facts, policy, size) ??
    soundFinding(facts, policy);
  return reason ? { outcome: 'rejected', reason } : { outcome: 'accepted' };
}

function sizeFinding(declared: Declared, size: number): Finding {
  if (declared.size === size) return undefined;
  const detail = `Expected ${declared.size} bytes; the file has ${size}.`;
  return { code: 'size_mismatch', detail };
}

function containerFinding(facts: MediaFacts, policy: UploadPolicy, declared: Declared): Finding {
  const { container } = facts;
  if (!(policy.containers as readonly string[]).includes(container)) {
    return notAllowed('container_not_allowed', container, policy.containers);
  }
  const type = bareContentType(declared.contentType);
  const family = Object.hasOwn(FAMILIES, type) ? FAMILIES[type] : undefined;
  if (family === undefined || family.includes(container)) return undefined;
  return {
    code: 'type_mismatch',
    detail: `The upload declared ${type}; the file is ${container}.`,
  };
}

function trackFinding(facts: MediaFacts, policy: UploadPolicy): Finding {
  const { maximumVideo, maximumAudio, maximumTotal } = policy.tracks;
  const [video, audio] = [facts.video.length, facts.audio.length];
  const total = video + audio + facts.otherTracks;
  if (video === 0 && audio > 0) return { code: 'audio_only' };
  if (video === 0) return { code: 'not_a_video', detail: 'The file has no video track.' };
  if (video > maximumVideo || audio > maximumAudio || total > maximumTotal) {
    const found = `${video} video, ${audio} audio, ${total} in all`;
    const allowed = `${maximumVideo} video, ${maximumAudio} audio, ${maximumTotal} in all`;
    return { code: 'too_many_tracks', detail: `Found ${found}; allowed are ${allowed}.` };
  }
  return undefined;
}

/** Before the sizes, which are not known of every codec. */
function videoCodecFinding({ video: [track] }: MediaFacts, policy: UploadPolicy): Finding {
  if (track === undefined || policy.videoCodecs.includes(track.codec)) return undefined;
  return notAllowed('video_codec_not_allowed', track.codec, policy.videoCodecs);
}

function soundnessFinding(facts: MediaFacts): Finding {
  const checked = mediaFactsSchema.safeParse(facts);
  if (checked.success) return undefined;
  const fields = [...new Set(checked.error.issues.map((issue) => issue.path.join('.')))];
  return { code: 'media_damaged', detail: `The file has no valid ${fields.join(', ')}.` };
}

function durationFinding(facts: MediaFacts, policy: UploadPolicy): Finding {
  const { durationSeconds, durationSource } = facts;
  // Reserved at the policy's maximum, and measured once it is transcoded.
  if (durationSource === 'unknown') return undefined;
  const { minimumSeconds, maximumSeconds } = policy.duration;
  const found = `${round(durationSeconds)} s`;
  if (durationSeconds < minimumSeconds) {
    return { code: 'too_short', detail: `${found}; at least ${minimumSeconds} s.` };
  }
  if (durationSeconds > maximumSeconds) {
    return { code: 'too_long', detail: `${found}; at most ${maximumSeconds} s.` };
  }
  return undefined;
}

function pictureFinding(facts: MediaFacts, policy: UploadPolicy): Finding {
  const [track] = facts.video;
  if (track === undefined) return { code: 'not_a_video' };
  return (
    dolbyVisionFinding(track) ?? dimensionsFinding(track, policy) ?? frameRateFinding(track, policy)
  );
}

/**
 * Profile 5 has no base layer that a decoder without Dolby Vision can show: its colors are IPT, and MediaConvert documents
 * no conversion to SDR. Shown as YCbCr, they are green and purple.
 * https://professionalsupport.dolby.com/s/article/What-is-Dolby-Vision-Profile
 */
function dolbyVisionFinding({ color }: VideoTrack): Finding {
  const profile = color?.dolbyVisionProfile;
  if (profile !== '5' && !profile?.startsWith('5.')) return undefined;
  return { code: 'dolby_vision_not_allowed', detail: 'The video is Dolby Vision profile 5.' };
}

function dimensionsFinding(track: VideoTrack, policy: UploadPolicy): Finding {
  const { minimumSide, maximumSide, maximumPixels, maximumAspectRatio } = policy.picture;
  const { codedWidth, codedHeight, displayWidth, displayHeight } = track;
  const found = `${codedWidth}x${codedHeight}, shown as ${displayWidth}x${displayHeight}`;
  if (Math.min(codedWidth, codedHeight, displayWidth, displayHeight) < minimumSide) {
    return {
      code: 'dimensions_too_small',
      detail: `${found}; each side must have at least ${minimumSide} pixels.`,
    };
  }
  const tooWide = Math.max(codedWidth, codedHeight, displayWidth, displayHeight) > maximumSide;
  if (tooWide || codedWidth * codedHeight > maximumPixels) {
    const allowed = `each side must have at most ${maximumSide} pixels, the picture at most ${maximumPixels}`;
    return { code: 'dimensions_too_large', detail: `${found}; ${allowed}.` };
  }
  const aspect = Math.max(displayWidth / displayHeight, displayHeight / displayWidth);
  if (aspect > maximumAspectRatio) {
    const detail = `${found}: ${round(aspect)} to 1; at most ${maximumAspectRatio} to 1.`;
    return { code: 'aspect_ratio_not_allowed', detail };
  }
  return undefined;
}

function frameRateFinding({ frameRate }: VideoTrack, policy: UploadPolicy): Finding {
  const { minimumFrameRate, maximumFrameRate } = policy.picture;
  if (frameRate !== undefined && frameRate < minimumFrameRate) {
    const detail = `${round(frameRate)} frames per second; at least ${minimumFrameRate}.`;
    return { code: 'frame_rate_too_low', detail };
  }
  if (frameRate === undefined || frameRate <= maximumFrameRate) return undefined;
  const detail = `${round(frameRate)} frames per second; at most ${maximumFrameRate}.`;
  return { code: 'frame_rate_too_high', detail };
}

/** A file that is nothing but length: hours of transcoding from a few bytes. */
function bitRateFinding(facts: MediaFacts, policy: UploadPolicy, size: number): Finding {
  const { minimumBytesPerSecond } = policy.picture;
  const { durationSeconds, durationSource } = facts;
  if (durationSource === 'unknown' || size >= durationSeconds * minimumBytesPerSecond) {
    return undefined;
  }
  const detail = `${size} bytes for ${round(durationSeconds)} s; at least ${minimumBytesPerSecond} bytes per second.`;
  return { code: 'bit_rate_too_low', detail };
}

function soundFinding({ audio: [track] }: MediaFacts, policy: UploadPolicy): Finding {
  if (track === undefined || policy.audioCodecs.includes(track.codec)) return undefined;
  return notAllowed('audio_codec_not_allowed', track.codec, policy.audioCodecs);
}

function notAllowed(code: MediaReasonCode, found: string, allowed: readonly string[]) {
  return { code, detail: `Found ${found.slice(0, 40)}; allowed are ${allowed.join(', ')}.` };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
