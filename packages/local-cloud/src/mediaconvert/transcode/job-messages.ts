import type { Credentials } from '../../shared/caller.ts';
import type { JobSettings } from '../settings/job-settings.ts';

/** The first message to a job's process. */
export interface JobOrder {
  readonly type: 'job';
  readonly settings: JobSettings;
  readonly s3Endpoint: string;
  readonly region: string;
  /** An empty folder for outputs that are not uploaded yet. */
  readonly folder: string;
  /** The limit of resident memory, in bytes. */
  readonly memoryLimit: number;
}

/** The response to `needCredentials`. */
export interface CredentialsResponse {
  readonly type: 'credentials';
  readonly credentials: Credentials;
}

export type ToJob = JobOrder | CredentialsResponse;

export type Phase = 'PROBING' | 'TRANSCODING' | 'UPLOADING';

export interface Progress {
  readonly type: 'progress';
  readonly phase: Phase;
  /** 0 to 100; undefined if the length of the input is unknown. */
  readonly phasePercent: number | undefined;
  readonly framesDecoded: number;
}

/** The members of INPUT_INFORMATION for one input. */
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
  /** CMAF_GROUP only; .mpd before .m3u8. */
  readonly playlistFilePaths?: readonly string[];
}

export interface OutputDetail {
  /** FILE_GROUP only. For frame captures only the last one. */
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
