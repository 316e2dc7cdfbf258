import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Upload } from '../../core/contract/wire.ts';

/** The uploads whose videos are processed, each by another method and with another kind of video. */
export const VIDEO_WALKS = ['multipart', 'put', 'form', 'companion', 'interlaced'] as const;
export type VideoWalk = (typeof VIDEO_WALKS)[number];

/** The execution that owns an upload. */
export interface FoundExecution {
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The event that started it, or what the reconciler sent. */
  readonly input: unknown;
  readonly history: readonly HistoryEvent[];
}

/** What GetJob says of a job. */
export interface FoundJob {
  readonly id: string;
  readonly status: string;
  readonly queue: string;
  readonly errorCode?: number;
  readonly errorMessage?: string;
  readonly source: string;
}

/** What the outputs in the bucket are. */
export interface FoundOutputs {
  readonly keys: readonly string[];
  /** Width and height of each rendition in the manifests. */
  readonly renditions: readonly { readonly width: number; readonly height: number }[];
  /** The manifests and the first segments cannot be played: why. */
  readonly problem?: string;
  /** The first segment of the largest rendition, decoded. Above 1: the lines of two fields are woven. */
  readonly combing?: number;
  /** Of the first segment of the sound; absent without sound. */
  readonly channels?: number;
  /** Root mean square of the same sound, 0 to 1. */
  readonly loudness?: number;
}

/** One upload, from its creation to its end. */
export interface VideoFinding {
  /** The walk could not be done: the error. */
  readonly problem?: string;
  readonly uploadId?: string;
  /** The upload as it was last seen. */
  readonly upload?: Upload;
  /** When the client had done its last request, milliseconds since the epoch. */
  readonly sentAt?: number;
  readonly execution?: FoundExecution;
  /** Written by record-job or found in the history. */
  readonly job?: FoundJob;
  readonly outputs?: FoundOutputs;
}

/** Everything that was seen in a deployment. The rows judge it and make no calls. */
export interface Findings {
  readonly videos: Readonly<Record<VideoWalk, VideoFinding>>;
  /** An upload that was cancelled after its first part. */
  readonly cancelled: {
    readonly problem?: string;
    readonly status?: string;
    /** Objects and open multipart uploads that S3 still has. */
    readonly left?: number;
  };
  /** An upload that was completed with the checksum of other bytes. */
  readonly checksum: {
    readonly problem?: string;
    /** Code of the API's refusal; absent if `complete` was accepted. */
    readonly code?: string;
    /** Why the upload has failed: who found the difference. */
    readonly detail?: string;
    readonly status?: string;
  };
  /** A job of the operator whose input is a text file. */
  readonly unreadable: { readonly problem?: string; readonly job?: FoundJob };
  /** Ids in the owner's list. */
  readonly listed: { readonly problem?: string; readonly ids?: readonly string[] };
  /** Messages in the queues for undelivered events and for failed invocations. */
  readonly queues: {
    readonly problem?: string;
    readonly undelivered?: number;
    readonly failed?: number;
  };
}
