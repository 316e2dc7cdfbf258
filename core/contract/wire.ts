/**
 * The shapes on the wire as plain interfaces, for whoever calls the API and has no use for zod. What is valid
 * stands in the schemas beside; `test/unit/core/contract/wire.test.ts` holds both to the same shapes, member by member.
 */
import type { Status } from './lifecycle.ts';

/** One field of a request that is not valid. */
export interface FieldProblem {
  /** JSON pointer (RFC 6901) into the request's body, or `?name` for a query parameter. */
  pointer: string;
  code: string;
  /** What was wrong, what came, what is allowed. */
  detail: string;
}

/** An error's answer: https://www.rfc-editor.org/rfc/rfc9457 with members of our own. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string | undefined;
  /** Names this occurrence: the request's id. */
  instance?: string | undefined;
  /** From the catalogue of reasons. */
  code: string;
  /** What to do now. */
  next: string;
  /** Whether the same request, sent again unchanged, may succeed. */
  retryable: boolean;
  errors?: FieldProblem[] | undefined;
  /** Part numbers concerned, ascending, 1,000 at most. */
  parts?: number[] | undefined;
}

/** A reason from the catalogue, with what exactly was found. */
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

export interface VideoTrack {
  codec: string;
  /** Pixels as stored. */
  codedWidth: number;
  codedHeight: number;
  /** Pixels as shown: after the pixel aspect ratio and after rotation. */
  displayWidth: number;
  displayHeight: number;
  /** Clockwise, in degrees. */
  rotation: 0 | 90 | 180 | 270;
  /** Width of a stored pixel by its height, before rotation; 1 for square ones. */
  pixelAspectRatio: number;
  /** Pictures a second, on average; absent where the file does not tell. */
  frameRate?: number | undefined;
}

export interface AudioTrack {
  codec: string;
  channels: number;
  /** Hertz. */
  sampleRate: number;
}

/** What was found in a file. The first track of each kind is the one that is shown and heard. */
export interface MediaFacts {
  container: string;
  durationSeconds: number;
  video: VideoTrack[];
  audio: AudioTrack[];
  /** Subtitles, timecode, data. */
  otherTracks: number;
}

export interface Rendition {
  width: number;
  height: number;
  /** Bits a second at most. */
  bandwidth: number;
  /** RFC 6381. */
  codecs?: string | undefined;
}

/** Where a ready video stands; keys in the output bucket. */
export interface Playback {
  hls: string;
  dash: string;
  poster: string;
  /** In the order of time. */
  storyboard: string[];
  durationSeconds: number;
  renditions: Rendition[];
}

export interface UploadProgress {
  /** Of the whole way to `ready`, 0 to 100, never less than in an earlier status. */
  percent: number;
  /** Bytes that S3 has received; present where the caller asked for one upload that is waiting. */
  receivedBytes?: number | undefined;
}

/** An upload as its owner sees it. */
export interface Upload {
  id: string;
  status: Status;
  fileName: string;
  /** `fileName` as it can be shown: no control characters, no path. */
  displayName: string;
  contentType: string;
  /** Bytes. */
  size: number;
  /** CRC64NVME of the whole file, base64. */
  checksum?: string | undefined;
  metadata: Record<string, string>;
  /** How the file comes: in parts, by one presigned PUT, or by one presigned form. */
  method: 'multipart' | 'put' | 'post';
  /** Every part but the last has `size` bytes; a file that comes in one request is one part. */
  parts: { size: number; count: number };
  /** ISO 8601, like every instant here. */
  createdAt: string;
  updatedAt: string;
  /** When the upload expires; present while it is waiting. */
  deadline?: string | undefined;
  /** What a waiting upload needs next; present where the caller asked for one upload. */
  awaits?: 'parts' | 'completion' | 'file' | undefined;
  progress: UploadProgress;
  /** Present once the upload has ended other than ready. */
  reason?: PresentedReason | undefined;
  timeline: TimelineEntry[];
  media?: MediaFacts | undefined;
  playback?: Playback | undefined;
}

/**
 * Presigned UploadPart URLs in little space: `urlTemplate` with `{partNumber}` and `{signature}`, and one
 * signature a part.
 */
export interface CompactGrant {
  method: 'PUT';
  urlTemplate: string;
  /** Which parts are signed; `signatures[i]` belongs to `partNumbers[i]`. */
  partNumbers: number[];
  /** 64 hex digits each. */
  signatures: string[];
  /** ISO 8601; after it S3 refuses every one of these URLs. */
  expiresAt: string;
}

/** One part to send: `PUT` of exactly bytes `offset` to `offset + size` of the file. */
export interface PartUrl {
  partNumber: number;
  url: string;
  /** Bytes; it is signed, S3 refuses one more or less. */
  size: number;
  /** Bytes from the file's start. */
  offset: number;
}

/** A page of plain URLs (`?expand=urls`). */
export interface ExpandedGrant {
  method: 'PUT';
  parts: PartUrl[];
  expiresAt: string;
  /** Present while there are more parts. */
  nextCursor?: string | undefined;
}

/** One presigned PutObject: `PUT` of the whole file with exactly these headers; S3 takes it once. */
export interface PutGrant {
  method: 'PUT';
  url: string;
  headers: Record<string, string>;
  /** Bytes. */
  size: number;
  expiresAt: string;
}

/** A form for `multipart/form-data`: the fields as they are, and behind them the file in `fileField`. */
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
  /** The app's own notes; shown again as they came. */
  metadata?: Record<string, string> | undefined;
  /** How the file comes; `multipart` where it is absent. */
  method?: 'multipart' | 'put' | 'post' | undefined;
  /** With `post` only: where S3 sends the browser afterwards, at an origin that the deployment allows. */
  redirect?: string | undefined;
}

/** 201. The same request with the same Idempotency-Key is answered with the same upload. */
export interface CreateUploadResponse {
  upload: Upload;
  grant: CompactGrant;
}

/** `GET /v1/uploads` */
export interface ListUploadsResponse {
  uploads: Upload[];
  nextCursor?: string | undefined;
}

/** `GET /v1/uploads/{id}`, and what `complete` (202) and `DELETE` (200) answer. */
export interface UploadResponse {
  upload: Upload;
}

/** A part that S3 has received. */
export interface ReceivedPart {
  partNumber: number;
  /** Bytes. */
  size: number;
  /** As S3 writes it, in quotes. */
  etag: string;
}

/** `GET /v1/uploads/{id}/parts`: everything that S3 has received, in one answer. */
export interface ListPartsResponse {
  parts: ReceivedPart[];
  receivedBytes: number;
  /** Part numbers of the plan that S3 has not received, ascending. */
  missing: number[];
}

/** A part as `complete` names it. */
export interface CompletedPart {
  partNumber: number;
  /** As S3 answered it, with or without quotes. */
  etag: string;
}

/** `POST /v1/uploads/{id}/complete` */
export interface CompleteUploadRequest {
  parts: CompletedPart[];
  /** CRC64NVME of the whole file: 8 bytes, base64. */
  checksum?: string | undefined;
}
