/**
 * The catalogue of reasons: why an upload ended as it did, and why a request was refused. The API, the pages, the
 * events and the docs all use it. The meaning of a published code never changes.
 */
export interface Reason {
  /** For users of the app: no technical terms. */
  readonly sentence: string;
  /** What to do now. */
  readonly next: string;
  /** Whether a retry without changes may succeed. */
  readonly retryable: boolean;
  /** The status of a response with this reason; absent if no request is refused with it. */
  readonly httpStatus?: number;
}

const CHOOSE_ANOTHER_FILE = 'Choose another file.';
const EXPORT_AGAIN =
  'Export the video again, for example as MP4 with H.264 video and AAC sound, and upload that.';
const UPLOAD_AGAIN = 'Start a new upload of the same file.';
const CORRECT_THE_REQUEST = 'Correct the request, then send it again.';
const CONTACT_SUPPORT =
  'Try again later. If it fails again, contact support and give the id of the upload.';

/** The file is not an accepted video. An upload with such a reason is `rejected`. */
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
    'The file has a different type than the upload declared.',
    'Start a new upload that declares the actual type.',
    false,
  ),
  size_mismatch: reason(
    'The file has a different size than the upload declared.',
    UPLOAD_AGAIN,
    false,
  ),
  audio_only: reason('The file contains audio but no video.', CHOOSE_ANOTHER_FILE, false),
  video_codec_not_allowed: reason(
    'The video is encoded with a codec that is not accepted.',
    EXPORT_AGAIN,
    false,
  ),
  dolby_vision_not_allowed: reason(
    'The video uses a form of Dolby Vision that other screens cannot show.',
    'Export the video as HDR10, HLG or SDR and upload that.',
    false,
  ),
  audio_codec_not_allowed: reason(
    'The audio is encoded with a codec that is not accepted.',
    EXPORT_AGAIN,
    false,
  ),
  media_damaged: reason('The video is damaged and cannot be read.', EXPORT_AGAIN, false),
  media_too_complex: reason(
    'The structure of the video takes too long to read.',
    EXPORT_AGAIN,
    false,
  ),
  media_encrypted: reason(
    'The video is encrypted or copy-protected.',
    'Upload a video without copy protection.',
    false,
  ),
  too_short: reason('The video is too short.', 'Upload a longer video.', false),
  too_long: reason('The video is too long.', 'Shorten the video and upload it again.', false),
  dimensions_too_small: reason(
    'The width or height of the video is too small.',
    'Upload a video with a higher resolution.',
    false,
  ),
  dimensions_too_large: reason(
    'The width or height of the video is too large.',
    'Export the video with a lower resolution and upload that.',
    false,
  ),
  aspect_ratio_not_allowed: reason(
    'The aspect ratio of the video is not accepted.',
    'Crop the video and upload it again.',
    false,
  ),
  frame_rate_too_low: reason(
    'The frame rate of the video is too low.',
    'Export the video with a higher frame rate and upload that.',
    false,
  ),
  bit_rate_too_low: reason(
    'The file is too small for the length of the video.',
    EXPORT_AGAIN,
    false,
  ),
  frame_rate_too_high: reason(
    'The frame rate of the video is too high.',
    'Export the video with a lower frame rate and upload that.',
    false,
  ),
  too_many_tracks: reason(
    'The file contains too many tracks.',
    'Export the video with one video and one audio track and upload that.',
    false,
  ),
  source_changed: reason('The file was replaced while it was being checked.', UPLOAD_AGAIN, false),
  transcode_rejected: reason(
    'The video could not be converted because its content is damaged or not supported.',
    EXPORT_AGAIN,
    false,
  ),
  review_rejected: reason(
    'A moderator did not approve the video.',
    'Read the moderator’s reason. Upload another video if the rules allow it.',
    false,
  ),
  review_timed_out: reason('Nobody reviewed the video in time.', UPLOAD_AGAIN, true),
} as const satisfies Record<string, Reason>;

/** The system could not process the video. An upload with such a reason is `failed`. */
const failureReasons = {
  inspection_failed: reason('The video could not be checked.', CONTACT_SUPPORT, true),
  ownership_failed: reason('The video could not be assigned to its owner.', CONTACT_SUPPORT, true),
  transcode_failed: reason('The video could not be converted.', CONTACT_SUPPORT, true),
  transcode_cancelled: reason('The conversion of the video was stopped.', CONTACT_SUPPORT, true),
  outputs_missing: reason('The converted video is incomplete.', CONTACT_SUPPORT, true),
  outputs_invalid: reason('The converted video cannot be played.', CONTACT_SUPPORT, true),
  duration_differs: reason(
    'The converted video has a different duration than the uploaded one.',
    EXPORT_AGAIN,
    false,
  ),
  publish_failed: reason('The converted video could not be published.', CONTACT_SUPPORT, true),
  workflow_failed: reason('The video could not be processed.', CONTACT_SUPPORT, true),
  workflow_timed_out: reason('Processing the video took too long.', CONTACT_SUPPORT, true),
  capacity_timed_out: reason(
    'The video could not be converted, because too many others were waiting.',
    CONTACT_SUPPORT,
    true,
  ),
  source_missing: reason('The uploaded file no longer exists.', UPLOAD_AGAIN, false),
  /** Also of a request: a retry on the same day is refused with it. */
  daily_output_exceeded: reason(
    'You have reached the amount of video that is converted for you in a day.',
    'Try again tomorrow: the uploaded file is kept.',
    true,
    429,
  ),
  /** Also of a request: `complete` is refused with it. */
  checksum_mismatch: reason(
    'The checksum of the received file differs from the expected checksum.',
    UPLOAD_AGAIN,
    false,
    422,
  ),
} as const satisfies Record<string, Reason>;

/** The upload ended before it was checked: `cancelled` and `expired`. */
const endReasons = {
  cancelled_by_owner: reason('You cancelled the upload.', UPLOAD_AGAIN, false),
  deleted_by_owner: reason('You deleted the video.', UPLOAD_AGAIN, false),
  removed_by_moderator: reason(
    'A moderator removed the video.',
    'Contact support if you think that this is a mistake.',
    false,
    409,
  ),
  upload_expired: reason('The upload was not completed before its deadline.', UPLOAD_AGAIN, false),
} as const satisfies Record<string, Reason>;

/** Why a request is refused. */
const requestReasons = {
  malformed_request: reason('The request could not be parsed.', CORRECT_THE_REQUEST, false, 400),
  invalid_request: reason('The request has invalid fields.', CORRECT_THE_REQUEST, false, 422),
  cursor_invalid: reason(
    'The cursor was not returned by this list.',
    'Request the first page again, without a cursor.',
    false,
    400,
  ),
  unauthenticated: reason('You are not signed in.', 'Sign in and try again.', false, 401),
  forbidden: reason(
    'You do not have permission to do this.',
    'Ask an administrator for access.',
    false,
    403,
  ),
  route_not_found: reason('There is no such route.', CORRECT_THE_REQUEST, false, 404),
  upload_not_found: reason(
    'There is no such upload.',
    'Check the id against the list of your uploads.',
    false,
    404,
  ),
  method_not_allowed: reason(
    'This route does not support the method.',
    CORRECT_THE_REQUEST,
    false,
    405,
  ),
  request_too_large: reason('The request is too large.', 'Send a smaller request.', false, 413),
  media_type_not_supported: reason(
    'The content type of the request is not JSON.',
    'Send JSON with the content type application/json.',
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
    'Export the video with a smaller file size and upload that.',
    false,
    422,
  ),
  file_too_large_for_method: reason(
    'The file is too large for a single request.',
    'Use the method multipart, which sends the file in parts.',
    false,
    422,
  ),
  not_in_parts: reason(
    'This upload uses a single request, not parts.',
    'Send the file with its grant. No completion is needed.',
    false,
    409,
  ),
  quota_bytes_exceeded: reason(
    'The file exceeds your remaining storage quota.',
    'Delete videos that you no longer need.',
    false,
    409,
  ),
  quota_uploads_exceeded: reason(
    'You have too many unfinished uploads.',
    'Complete or cancel one of them first.',
    true,
    409,
  ),
  daily_uploads_exceeded: reason(
    'You have reached the number of uploads for today.',
    'Upload the file tomorrow.',
    true,
    429,
  ),
  daily_sessions_exceeded: reason(
    'You have reached the number of upload sessions for today.',
    'Try again tomorrow.',
    true,
    429,
  ),
  idempotency_key_reused: reason(
    'This idempotency key was used for a different request.',
    'Use a new key for a new request.',
    false,
    422,
  ),
  idempotency_in_progress: reason(
    'A request with the same idempotency key is still in progress.',
    'Wait a moment, then send the request again.',
    true,
    409,
  ),
  status_conflict: reason(
    'The status of the upload does not allow this.',
    'Get the upload and check its status.',
    false,
    409,
  ),
  retry_not_possible: reason('This upload cannot be tried again.', UPLOAD_AGAIN, false, 409),
  attempts_used_up: reason(
    'The upload was tried as often as is allowed.',
    'Start a new upload of the same file, or contact support and give the id of the upload.',
    false,
    409,
  ),
  parts_not_planned: reason(
    'The upload has no part with this number.',
    CORRECT_THE_REQUEST,
    false,
    422,
  ),
  parts_missing: reason(
    'Parts of the file have not been received.',
    'Upload the missing parts.',
    true,
    409,
  ),
  part_size_wrong: reason(
    'A part has a different size than its grant.',
    'Upload that part again.',
    false,
    422,
  ),
  part_unknown: reason(
    'The request or S3 has a part that does not belong to this upload.',
    CORRECT_THE_REQUEST,
    false,
    422,
  ),
  part_etag_mismatch: reason(
    'The ETag of a received part differs from the ETag in the request.',
    'Upload that part again, or send the ETag that S3 returned.',
    false,
    409,
  ),
  total_size_mismatch: reason(
    'The total size of the parts differs from the declared size.',
    UPLOAD_AGAIN,
    false,
    422,
  ),
  upload_gone: reason('The multipart upload no longer exists in S3.', UPLOAD_AGAIN, false, 409),
  conflict: reason(
    'Another request changed the upload at the same time.',
    'Send the request again.',
    true,
    409,
  ),
  completion_conflict: reason(
    'Another request changed the file in S3 while it was being completed.',
    UPLOAD_AGAIN,
    false,
    409,
  ),
  playback_not_ready: reason(
    'The video is not ready for playback.',
    'Wait until the status is ready.',
    true,
    409,
  ),
  language_invalid: reason(
    'The language of the captions is not valid.',
    'Use a language tag such as en, pt-BR or zh-Hant.',
    false,
    422,
  ),
  captions_invalid: reason(
    'The captions cannot be read.',
    'Send WebVTT or SRT in UTF-8.',
    false,
    422,
  ),
  captions_not_found: reason(
    'The video has no captions in this language.',
    'Get the playback to see its languages.',
    false,
    404,
  ),
  too_many_captions: reason(
    'The video has as many captions as are allowed, or they were changed too often.',
    'Delete captions that are not needed, or upload the video again.',
    false,
    409,
  ),
  moderators_only: reason(
    'Only moderators may do this.',
    'Sign in with an account of a moderator.',
    false,
    403,
  ),
  own_upload: reason(
    'Nobody decides on an upload of their own.',
    'Ask another moderator.',
    false,
    403,
  ),
  delivery_off: reason(
    'Videos are not delivered by this deployment.',
    'Read the outputs from the bucket, or ask the operator to switch delivery on.',
    false,
    501,
  ),
  playback_key_missing: reason(
    'Playback is being prepared.',
    'Wait half a minute, then try again.',
    true,
    503,
  ),
  too_many_requests: reason('Too many requests.', 'Wait a moment, then try again.', true, 429),
  intake_closed: reason(
    'New uploads are not accepted at the moment.',
    'Try again later. Videos that were uploaded before are still processed.',
    true,
    503,
  ),
  internal_error: reason('An internal error occurred.', CONTACT_SUPPORT, true, 500),
  unavailable: reason(
    'The service is temporarily unavailable.',
    'Wait a moment, then try again.',
    true,
    503,
  ),
} as const satisfies Record<string, Reason>;

export type MediaReasonCode = keyof typeof mediaReasons;
export type FailureReasonCode = keyof typeof failureReasons;
type EndReasonCode = keyof typeof endReasons;
export type RequestReasonCode = keyof typeof requestReasons;

/** The codes that the record of an upload can have. */
type UploadReasonCode = MediaReasonCode | FailureReasonCode | EndReasonCode;
export type ReasonCode = UploadReasonCode | RequestReasonCode;

export const reasons: Readonly<Record<ReasonCode, Reason>> = {
  ...mediaReasons,
  ...failureReasons,
  ...endReasons,
  ...requestReasons,
};

export const rejectionCodes = keysOf(mediaReasons);
export const failureCodes = keysOf(failureReasons);
export const endCodes = keysOf(endReasons);
export const requestCodes = keysOf(requestReasons);

/** A reason as it is stored: the code, and the values that led to it. */
export interface GivenReason<Code extends string = UploadReasonCode> {
  readonly code: Code;
  /** One line for the owner, with the values found. No path, URL or stack trace. */
  readonly detail?: string;
}

export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(reasons, code);
}

/** The entry of a code, or of `workflow_failed` for a code that only a later version knows. */
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
