/**
 * The requests and responses of the API as plain interfaces, for clients that do not use zod. The schemas in this
 * folder define what is valid; `test/unit/core/contract/wire.test.ts` checks that both have the same members.
 */
import type { Status } from './lifecycle.ts';

/** An invalid field of a request. */
export interface FieldProblem {
  /** JSON pointer (RFC 6901) into the body of the request, or `?name` for a query parameter. */
  pointer: string;
  code: string;
  /** What was expected, and what the request contained. */
  detail: string;
}

/** The body of an error response: https://www.rfc-editor.org/rfc/rfc9457 with extension members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string | undefined;
  /** Identifies this occurrence: the id of the request. */
  instance?: string | undefined;
  /** From the catalogue of reasons. */
  code: string;
  /** What to do now. */
  next: string;
  /** Whether a retry without changes may succeed. */
  retryable: boolean;
  errors?: FieldProblem[] | undefined;
  /** The affected part numbers, ascending, at most 1,000. */
  parts?: number[] | undefined;
}

/** A reason from the catalogue, with the values that led to it. */
export interface PresentedReason {
  code: string;
  sentence: string;
  next: string;
  retryable: boolean;
  detail?: string | undefined;
}

/** One change of an upload's status. */
export interface TimelineEntry {
  /** Absent in the first entry. */
  from?: Status | undefined;
  to: Status;
  /** ISO 8601. */
  at: string;
  by: string;
  why?: string | undefined;
}

/** Where a track is in the file. Tracks of each kind are counted separately. */
interface TrackPosition {
  /** Position among the tracks of its kind in the order of the file, from 1. */
  number?: number | undefined;
  /** Packet identifier in an MPEG transport stream. */
  pid?: number | undefined;
  /** Program number in an MPEG transport stream with several programs. */
  program?: number | undefined;
}

/**
 * How the picture's numbers become colors. Names are those of FFmpeg for the code points of ISO/IEC 23091-2: `bt709`,
 * `bt2020`, `smpte2084`, `arib-std-b67`, `bt2020nc`. A property that the file does not state is absent.
 */
interface Color {
  primaries?: string | undefined;
  transfer?: string | undefined;
  matrix?: string | undefined;
  range?: 'limited' | 'full' | undefined;
  /** Bits per component. */
  bitDepth?: number | undefined;
  /** `dolby-vision` for every stream with a Dolby Vision configuration. */
  hdr: 'none' | 'hlg' | 'pq' | 'dolby-vision';
  /** Profile and compatibility, such as `8.4`. */
  dolbyVisionProfile?: string | undefined;
  /** Whether the file has the mastering display's color volume (SMPTE ST 2086). */
  masteringMetadata: boolean;
}

export interface VideoTrack extends TrackPosition {
  codec: string;
  /** Pixels as stored. */
  codedWidth: number;
  codedHeight: number;
  /** Pixels as displayed, after pixel aspect ratio and rotation. */
  displayWidth: number;
  displayHeight: number;
  /** Clockwise, in degrees. */
  rotation: 0 | 90 | 180 | 270;
  /** Width of a stored pixel divided by its height, before rotation. 1 for square pixels. */
  pixelAspectRatio: number;
  /** Average frames per second; absent if the file does not state it. */
  frameRate?: number | undefined;
  /** Whether pictures are stored as fields. Absent if unknown. */
  interlaced?: boolean | undefined;
  color?: Color | undefined;
}

export interface AudioTrack extends TrackPosition {
  codec: string;
  channels: number;
  /** Hertz. */
  sampleRate: number;
  /** BCP 47; absent if the file does not state it. */
  language?: string | undefined;
  /** Whether the file marks the track as the one to play by default. */
  default?: boolean | undefined;
}

/** The properties of a media file. The first track of each kind is the main one. */
export interface MediaFacts {
  container: string;
  /** Of the longest shown track. The policy's maximum while `durationSource` is `unknown`. */
  durationSeconds: number;
  /**
   * `measured` from headers, indexes or timestamps; `estimated` from the bit rate; `unknown` until the transcoded video
   * is measured. Absent: `measured`.
   */
  durationSource?: 'measured' | 'estimated' | 'unknown' | undefined;
  video: VideoTrack[];
  audio: AudioTrack[];
  /** Subtitles, timecode, data, pictures that are attached, and tracks without samples. */
  otherTracks: number;
}

export interface Rendition {
  width: number;
  height: number;
  /** Maximum bits per second. */
  bandwidth: number;
  /** RFC 6381. */
  codecs?: string | undefined;
}

/** What a video consists of. `GET /v1/uploads/{id}/playback` has the addresses of its files. */
export interface PlaybackFacts {
  durationSeconds: number;
  renditions: Rendition[];
}

export interface UploadProgress {
  /** Progress towards `ready`, 0 to 100. Never decreases. */
  percent: number;
  /** Bytes that S3 has received. Present in the response for a single upload that is `waiting`. */
  receivedBytes?: number | undefined;
  /** Present while the upload is `transcoding` and waits, because as many other videos are converted as allowed. */
  queue?: QueueProgress | undefined;
}

export interface QueueProgress {
  waiting: true;
  /**
   * An estimate of the time until the conversion starts. Present in the response for a single upload, once the duration
   * of a conversion is known.
   */
  estimatedSeconds?: number | undefined;
}

/** An upload as its owner sees it. */
export interface Upload {
  id: string;
  status: Status;
  /** Absent for an upload that was cancelled, was deleted or has expired. */
  fileName?: string | undefined;
  /** `fileName` made safe to display: without control characters and path. */
  displayName?: string | undefined;
  contentType: string;
  /** Bytes. */
  size: number;
  /** CRC64NVME of the whole file, base64. */
  checksum?: string | undefined;
  metadata: Record<string, string>;
  /** How the file is sent: in parts, by one presigned PUT, or by one presigned form. */
  method: 'multipart' | 'put' | 'post';
  /** Every part but the last has `size` bytes. A file sent in one request is one part. */
  parts: { size: number; count: number };
  /** ISO 8601, like every instant here. */
  createdAt: string;
  updatedAt: string;
  /** When the upload expires. Present while it is `waiting`. */
  deadline?: string | undefined;
  /** What a `waiting` upload needs next. Present in the response for a single upload. */
  awaits?: 'parts' | 'completion' | 'file' | undefined;
  progress: UploadProgress;
  /** 1 for the first attempt; each retry of a failed upload raises it. */
  attempt: number;
  /** Present when the upload has ended with another status than `ready`. */
  reason?: PresentedReason | undefined;
  timeline: TimelineEntry[];
  media?: MediaFacts | undefined;
  /** Who may play the video. */
  visibility: 'private' | 'public';
  /** The languages in which a ready or removed video has captions. */
  captions?: { language: string; name: string }[] | undefined;
  /** Present for a ready or removed video. */
  playback?: PlaybackFacts | undefined;
}

/**
 * Presigned UploadPart URLs in compact form: `urlTemplate` contains `{partNumber}` and `{signature}`, and each part
 * has one signature.
 */
export interface CompactGrant {
  method: 'PUT';
  urlTemplate: string;
  /** The signed parts. `signatures[i]` belongs to `partNumbers[i]`. */
  partNumbers: number[];
  /** 64 hex digits each. */
  signatures: string[];
  /** ISO 8601. S3 refuses all of these URLs afterwards. */
  expiresAt: string;
}

/** One part to send by `PUT`: the bytes of the file from `offset` to `offset + size`, end excluded. */
export interface PartUrl {
  partNumber: number;
  url: string;
  /** Bytes. Part of the signature: S3 refuses any other length. */
  size: number;
  /** Bytes from the start of the file. */
  offset: number;
}

/** A page of plain URLs (`?expand=urls`). */
export interface ExpandedGrant {
  method: 'PUT';
  parts: PartUrl[];
  expiresAt: string;
  /** Absent on the last page. */
  nextCursor?: string | undefined;
}

/** One presigned PutObject: a `PUT` of the whole file with exactly these headers. S3 accepts it only once. */
export interface PutGrant {
  method: 'PUT';
  url: string;
  headers: Record<string, string>;
  /** Bytes. */
  size: number;
  expiresAt: string;
}

/** A form for `multipart/form-data`: the fields without changes, then the file as `fileField`. */
export interface FormGrant {
  method: 'POST';
  url: string;
  fields: Record<string, string>;
  fileField: 'file';
  /** Bytes. */
  size: number;
  expiresAt: string;
}

/** `POST /v1/uploads`. */
export interface CreateUploadRequest {
  fileName: string;
  contentType: string;
  /** Bytes. */
  size: number;
  /** CRC64NVME of the whole file: 8 bytes, base64. */
  checksum?: string | undefined;
  /** Notes of the app, returned without changes. */
  metadata?: Record<string, string> | undefined;
  /** How the file is sent. @default `multipart` */
  method?: 'multipart' | 'put' | 'post' | undefined;
  /** Only for `post`: where S3 redirects the browser after the upload. Its origin must be an allowed one. */
  redirect?: string | undefined;
}

/** 201. A repeated request with the same Idempotency-Key returns the same upload. */
export interface CreateUploadResponse {
  upload: Upload;
  grant: CompactGrant;
}

/** `GET /v1/uploads` */
export interface ListUploadsResponse {
  uploads: Upload[];
  nextCursor?: string | undefined;
}

/** The response of `GET /v1/uploads/{id}`, of `complete` (202) and of `DELETE` (200). */
export interface UploadResponse {
  upload: Upload;
}

/** A part that S3 has received. */
export interface ReceivedPart {
  partNumber: number;
  /** Bytes. */
  size: number;
  /** As S3 returns it, in quotes. */
  etag: string;
}

/** `GET /v1/uploads/{id}/parts`: all parts that S3 has received, without paging. */
export interface ListPartsResponse {
  parts: ReceivedPart[];
  receivedBytes: number;
  /** Part numbers of the plan that S3 has not received, ascending. */
  missing: number[];
}

/** Complete addresses of a video's files. They contain a token, and end at `expiresAt`. */
export interface PlaybackAccess {
  /** HLS: the multivariant playlist. */
  hls: string;
  /** The DASH manifest. */
  dash: string;
  /** A JPEG picture. */
  poster: string;
  /** Thumbnails for the scrubber: WebVTT that names pictures. */
  storyboard: string;
  /** WebVTT files; the manifests name them, too. */
  captions: { language: string; name: string; url: string }[];
  durationSeconds: number;
  /** ISO 8601. */
  expiresAt: string;
}

/** `GET /v1/uploads/{id}/playback` */
export interface PlaybackResponse {
  playback: PlaybackAccess;
}

/** `PUT /v1/uploads/{id}/visibility` */
export interface SetVisibilityRequest {
  visibility: 'private' | 'public';
}

/** `POST /v1/videos/{id}/playback` */
export interface CreateViewerPlaybackRequest {
  /** The backend's own name of the viewer. It is part of the token, which the viewer can read. */
  viewer: string;
}

/** `GET /v1/uploads/{id}/captions/{language}` */
export interface CaptionsResponse {
  captions: {
    /** BCP 47. */
    language: string;
    /** The language's own name. */
    name: string;
    vtt: string;
  };
}

/** `GET /v1/uploads/{id}/original` */
export interface OriginalResponse {
  /** Answers with the uploaded file as an attachment. */
  original: { url: string; expiresAt: string };
}

/** A part in the request of `complete`. */
export interface CompletedPart {
  partNumber: number;
  /** As S3 returned it, with or without quotes. */
  etag: string;
}

/** `POST /v1/uploads/{id}/complete` */
export interface CompleteUploadRequest {
  parts: CompletedPart[];
  /** CRC64NVME of the whole file: 8 bytes, base64. */
  checksum?: string | undefined;
}
