/**
 * The one catalogue of reasons: why an upload ended as it did, and why a request was refused. API, console,
 * events and docs read it here. A code, once published, keeps its meaning.
 */
export interface Reason {
  /** For a person, without a technical term that a user of the app would not know. */
  readonly sentence: string;
  /** What to do now. */
  readonly next: string;
  /** Whether the same thing, done again unchanged, may succeed. */
  readonly retryable: boolean;
  /** The status of an HTTP answer that carries this reason; absent where no request is refused with it. */
  readonly httpStatus?: number;
}

const CHOOSE_ANOTHER_FILE = 'Choose another file.';
const EXPORT_AGAIN =
  'Export the video again, for example as MP4 with H.264 video and AAC sound, and upload that.';
const UPLOAD_AGAIN = 'Start a new upload of the same file.';
const CORRECT_THE_REQUEST = 'Correct the request and send it again.';
const TELL_SUPPORT = 'Try again later; if it happens again, tell support the id of the upload.';

/** The file itself is no video that is accepted: these end an upload as `rejected`. */
const mediaReasons = {
  empty_file: reason('The file is empty.', CHOOSE_ANOTHER_FILE, false, 422),
  not_a_video: reason('The file is not a video.', CHOOSE_ANOTHER_FILE, false),
  playlist_not_video: reason(
    'The file is a playlist that points to videos, not a video.',
    'Upload the video itself.',
    false,
  ),
  container_not_allowed: reason(
    'Videos in this file format are not accepted.',
    EXPORT_AGAIN,
    false,
  ),
  type_mismatch: reason(
    'The file is not of the type that was announced.',
    'Upload the file under its real type.',
    false,
  ),
  size_mismatch: reason('The file has not the size that was announced.', UPLOAD_AGAIN, false),
  audio_only: reason('The file has sound but no picture.', CHOOSE_ANOTHER_FILE, false),
  video_codec_not_allowed: reason(
    'The picture is compressed in a way that is not accepted.',
    EXPORT_AGAIN,
    false,
  ),
  audio_codec_not_allowed: reason(
    'The sound is compressed in a way that is not accepted.',
    EXPORT_AGAIN,
    false,
  ),
  media_damaged: reason('The video is damaged and cannot be read.', EXPORT_AGAIN, false),
  media_too_complex: reason(
    'The video is built in a way that takes too long to read.',
    EXPORT_AGAIN,
    false,
  ),
  media_encrypted: reason(
    'The video is protected against copying.',
    'Upload a video without copy protection.',
    false,
  ),
  too_short: reason('The video is too short.', 'Upload a longer video.', false),
  too_long: reason('The video is too long.', 'Shorten the video and upload it again.', false),
  dimensions_too_small: reason('The picture is too small.', 'Upload a larger picture.', false),
  dimensions_too_large: reason(
    'The picture is too large.',
    'Export the video with a smaller picture and upload that.',
    false,
  ),
  aspect_ratio_not_allowed: reason(
    'The picture is too narrow or too wide.',
    'Crop the picture and upload the video again.',
    false,
  ),
  frame_rate_too_high: reason(
    'The video has too many pictures a second.',
    'Export the video with a lower frame rate and upload that.',
    false,
  ),
  too_many_tracks: reason(
    'The file holds too many tracks.',
    'Export the video with one picture and one sound track and upload that.',
    false,
  ),
  source_changed: reason('The file was replaced while it was being checked.', UPLOAD_AGAIN, false),
  transcode_rejected: reason(
    'The video could not be converted, since its content is damaged or not supported.',
    EXPORT_AGAIN,
    false,
  ),
  review_rejected: reason(
    'A moderator did not approve the video.',
    'Read the moderator’s reason; upload another video if the rules allow it.',
    false,
  ),
  review_timed_out: reason('Nobody reviewed the video in time.', UPLOAD_AGAIN, true),
} as const satisfies Record<string, Reason>;

/** Ours to answer for: these end an upload as `failed`. */
const faultReasons = {
  inspection_failed: reason('The video could not be checked.', TELL_SUPPORT, true),
  ownership_failed: reason('The video could not be recorded for its owner.', TELL_SUPPORT, true),
  transcode_failed: reason('The video could not be converted.', TELL_SUPPORT, true),
  transcode_cancelled: reason('The conversion of the video was stopped.', TELL_SUPPORT, true),
  outputs_missing: reason('The converted video is not complete.', TELL_SUPPORT, true),
  outputs_invalid: reason('The converted video cannot be played.', TELL_SUPPORT, true),
  duration_differs: reason(
    'The converted video is not as long as the uploaded one.',
    EXPORT_AGAIN,
    false,
  ),
  publish_failed: reason('The converted video could not be published.', TELL_SUPPORT, true),
  workflow_failed: reason('The video could not be processed.', TELL_SUPPORT, true),
  workflow_timed_out: reason('Processing the video took too long.', TELL_SUPPORT, true),
  source_missing: reason('The uploaded file is no longer there.', UPLOAD_AGAIN, false),
} as const satisfies Record<string, Reason>;

/** How an upload ends without a verdict: `cancelled` and `expired`. */
const endReasons = {
  cancelled_by_owner: reason('You cancelled the upload.', UPLOAD_AGAIN, false),
  deleted_by_owner: reason('You deleted the video.', UPLOAD_AGAIN, false),
  upload_expired: reason('The upload was not finished in time.', UPLOAD_AGAIN, false),
} as const satisfies Record<string, Reason>;

/** Why a request is refused. */
const requestReasons = {
  malformed_request: reason('The request could not be read.', CORRECT_THE_REQUEST, false, 400),
  invalid_request: reason(
    'The request has fields that are not valid.',
    CORRECT_THE_REQUEST,
    false,
    422,
  ),
  cursor_invalid: reason(
    'The cursor is not one that this list has given.',
    'Start the list from its beginning.',
    false,
    400,
  ),
  unauthenticated: reason('You are not signed in.', 'Sign in and try again.', false, 401),
  forbidden: reason('You may not do this.', 'Ask for the permission that this needs.', false, 403),
  route_not_found: reason('There is nothing at this address.', CORRECT_THE_REQUEST, false, 404),
  upload_not_found: reason(
    'There is no such upload.',
    'Look at the list of your uploads.',
    false,
    404,
  ),
  method_not_allowed: reason('This cannot be done here.', CORRECT_THE_REQUEST, false, 405),
  request_too_large: reason('The request is too large.', 'Send less in one request.', false, 413),
  media_type_not_supported: reason(
    'The request is not JSON.',
    'Send it as application/json.',
    false,
    415,
  ),
  file_name_invalid: reason('The file name is not valid.', 'Rename the file.', false, 422),
  content_type_not_allowed: reason(
    'Files of this type are not accepted.',
    EXPORT_AGAIN,
    false,
    422,
  ),
  file_too_small: reason('The file is too small.', CHOOSE_ANOTHER_FILE, false, 422),
  file_too_large: reason(
    'The file is too large.',
    'Export the video smaller and upload that.',
    false,
    422,
  ),
  file_too_large_for_method: reason(
    'The file is too large to be sent in one request.',
    'Send it in parts: method multipart.',
    false,
    422,
  ),
  not_in_parts: reason(
    'This file is sent in one request, not in parts.',
    'Send the file by its grant; nothing has to be completed.',
    false,
    409,
  ),
  quota_bytes_exceeded: reason(
    'There is not enough space left for this file.',
    'Delete videos that you no longer need.',
    false,
    409,
  ),
  quota_uploads_exceeded: reason(
    'Too many uploads are unfinished.',
    'Finish or cancel one of them first.',
    true,
    409,
  ),
  idempotency_key_reused: reason(
    'This idempotency key was used for another request.',
    'Use a new key for a new request.',
    false,
    422,
  ),
  idempotency_in_progress: reason(
    'The same request is still being worked on.',
    'Wait a moment and send it again.',
    true,
    409,
  ),
  status_conflict: reason(
    'The upload’s status does not allow this.',
    'Look at the upload’s status.',
    false,
    409,
  ),
  parts_not_planned: reason(
    'A part number is not part of this upload.',
    CORRECT_THE_REQUEST,
    false,
    422,
  ),
  parts_missing: reason(
    'Parts of the file have not arrived.',
    'Upload the missing parts.',
    true,
    409,
  ),
  part_size_wrong: reason(
    'A part has not the size that was granted.',
    'Upload that part again.',
    false,
    422,
  ),
  part_unknown: reason(
    'A part was named or stored that is not part of this upload.',
    CORRECT_THE_REQUEST,
    false,
    422,
  ),
  part_etag_mismatch: reason(
    'A part that arrived is not the one that was named.',
    'Upload that part again, or name the ETag that S3 has answered.',
    false,
    409,
  ),
  total_size_mismatch: reason(
    'The parts together have not the size that was announced.',
    UPLOAD_AGAIN,
    false,
    422,
  ),
  checksum_mismatch: reason(
    'What arrived is not what was sent: the checksums differ.',
    UPLOAD_AGAIN,
    false,
    422,
  ),
  upload_gone: reason('The storage no longer knows this upload.', UPLOAD_AGAIN, false, 409),
  conflict: reason(
    'Something else changed the upload at the same moment.',
    'Send the request again.',
    true,
    409,
  ),
  playback_not_ready: reason(
    'The video is not ready to play.',
    'Wait until its status is ready.',
    true,
    409,
  ),
  too_many_requests: reason('Too many requests.', 'Wait a moment and try again.', true, 429),
  internal_error: reason('Something went wrong on our side.', TELL_SUPPORT, true, 500),
  unavailable: reason('The service is busy.', 'Wait a moment and try again.', true, 503),
} as const satisfies Record<string, Reason>;

export type MediaReasonCode = keyof typeof mediaReasons;
export type FaultReasonCode = keyof typeof faultReasons;
type EndReasonCode = keyof typeof endReasons;
export type RequestReasonCode = keyof typeof requestReasons;

/** What an upload's record may carry as its reason. */
type UploadReasonCode = MediaReasonCode | FaultReasonCode | EndReasonCode;
export type ReasonCode = UploadReasonCode | RequestReasonCode;

export const reasons: Readonly<Record<ReasonCode, Reason>> = {
  ...mediaReasons,
  ...faultReasons,
  ...endReasons,
  ...requestReasons,
};

export const rejectionCodes = keysOf(mediaReasons);
export const failureCodes = keysOf(faultReasons);
export const endCodes = keysOf(endReasons);
export const requestCodes = keysOf(requestReasons);

/** A reason as it stands in a record: the code, and what exactly was found. */
export interface GivenReason<Code extends string = UploadReasonCode> {
  readonly code: Code;
  /** One line with the values that were met, for the owner; no path, no URL, no stack. */
  readonly detail?: string;
}

export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(reasons, code);
}

/** The catalogue's entry, or `workflow_failed`'s for a code that a later version has written. */
export function reasonOf(code: string): Reason {
  return isReasonCode(code) ? reasons[code] : reasons.workflow_failed;
}

function reason(sentence: string, next: string, retryable: boolean, httpStatus?: number): Reason {
  return httpStatus === undefined
    ? { sentence, next, retryable }
    : { sentence, next, retryable, httpStatus };
}

function keysOf<T extends object>(of: T): readonly (keyof T)[] {
  return Object.keys(of) as (keyof T)[];
}
