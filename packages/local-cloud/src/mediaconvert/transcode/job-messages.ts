import type { Credentials } from '../../shared/caller.ts';
import type { JobSettings } from '../settings/job-settings.ts';

/** What a job's process is told first. */
export interface JobOrder {
  readonly type: 'job';
  readonly settings: JobSettings;
  readonly s3Endpoint: string;
  readonly region: string;
  /** An empty folder of its own for what is not uploaded yet. */
  readonly folder: string;
  /** Resident memory in bytes at which the process gives up. */
  readonly memoryLimit: number;
}

/** The answer to `needCredentials`. */
export interface CredentialsResponse {
  readonly type: 'credentials';
  readonly credentials: Credentials;
}

export type ToJob = JobOrder | CredentialsResponse;

export type Phase = 'PROBING' | 'TRANSCODING' | 'UPLOADING';

export interface Progress {
  readonly type: 'progress';
  readonly phase: Phase;
  /** 0 to 100; undefined when the input does not tell its length. */
  readonly phasePercent: number | undefined;
  readonly framesDecoded: number;
}

/** What MediaConvert tells in INPUT_INFORMATION, one for each input. */
export interface InputDetail {
  readonly id: number;
  readonly uri: string;
  readonly audio: readonly Record<string, unknown>[];
  readonly video: readonly Record<string, unknown>[];
}

/** `outputGroupDetails` of COMPLETE. */
export interface OutputGroupDetail {
  readonly type: 'CMAF_GROUP' | 'FILE_GROUP';
  readonly outputDetails: readonly OutputDetail[];
  /** Only for CMAF_GROUP; .mpd before .m3u8. */
  readonly playlistFilePaths?: readonly string[];
}

export interface OutputDetail {
  /** Only in a FILE_GROUP; of frame captures, the last one alone. */
  readonly outputFilePaths?: readonly string[];
  readonly durationInMs: number;
  readonly videoDetails?: {
    readonly widthInPx: number;
    readonly heightInPx: number;
    readonly averageBitrate?: number;
  };
}

export type FromJob =
  | { readonly type: 'needCredentials' }
  | { readonly type: 'input'; readonly details: readonly InputDetail[] }
  | Progress
  | { readonly type: 'done'; readonly outputGroupDetails: readonly OutputGroupDetail[] }
  | { readonly type: 'failed'; readonly code: number; readonly message: string };
