import type { FinishedTrack } from '../packaging/cmaf-track.ts';
import type { AudioDescription } from '../settings/audio-settings.ts';
import type { AudioRequest } from './audio-rendition.ts';
import type { OutputDetail, OutputGroupDetail } from './job-messages.ts';
import type { Uploader } from './uploader.ts';
import type { StillRequest, VideoRequest } from './video-branch.ts';
import type { FinishedVideo } from './video-renditions.ts';

/** An audio rendition of an output group. */
export interface AudioWanted {
  readonly description: AudioDescription;
  readonly request: Omit<AudioRequest, 'follow' | 'tracks' | 'gains'>;
}

/** A finished audio rendition, with the language of its track (ISO 639-2). */
export interface FinishedAudio {
  readonly track: FinishedTrack;
  readonly language: string | undefined;
}

/** One output group: the renditions that it needs, and their processing. */
export interface GroupRun {
  readonly video: readonly (VideoRequest | StillRequest)[];
  readonly audio: readonly AudioWanted[];
  /** Receives the results in the order of `video` and `audio`, adds the last uploads and returns the details. */
  finish(
    video: readonly FinishedVideo[],
    audio: readonly FinishedAudio[],
  ): Promise<OutputGroupDetail>;
}

/** What every group needs. */
export interface RunContext {
  readonly fileInput: string;
  /** A local folder for this group. */
  readonly folder: string;
  readonly uploader: Uploader;
}

/** Durations in milliseconds and sizes in pixels, as in COMPLETE. */
export function outputDetail(
  durationSeconds: number,
  video?: { width: number; height: number; averageBitrate?: number },
  outputFilePaths?: readonly string[],
): OutputDetail {
  return {
    ...(outputFilePaths === undefined ? {} : { outputFilePaths }),
    durationInMs: Math.round(durationSeconds * 1000),
    ...(video === undefined
      ? {}
      : {
          videoDetails: {
            widthInPx: video.width,
            heightInPx: video.height,
            ...(video.averageBitrate === undefined ? {} : { averageBitrate: video.averageBitrate }),
          },
        }),
  };
}
