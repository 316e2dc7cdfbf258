import type { FinishedTrack } from '../packaging/cmaf-track.ts';
import type { AudioDescription } from '../settings/audio-settings.ts';
import type { AudioRequest } from './audio-rendition.ts';
import type { OutputDetail, OutputGroupDetail } from './job-messages.ts';
import type { Uploader } from './uploader.ts';
import type { FinishedVideo, StillRequest, VideoRequest } from './video-renditions.ts';

/** An audio rendition that an output group wants of the selector that its description names. */
export interface AudioWanted {
  readonly description: AudioDescription;
  readonly request: Omit<AudioRequest, 'follow'>;
}

/** A finished audio rendition, with the language that its track in the input names (ISO 639-2). */
export interface FinishedAudio {
  readonly track: FinishedTrack;
  readonly language: string | undefined;
}

/** One output group: what it wants made, and what it does with that. */
export interface GroupRun {
  readonly video: readonly (VideoRequest | StillRequest)[];
  readonly audio: readonly AudioWanted[];
  /** Gets the results in the order of `video` and `audio`; adds the last uploads and tells what there is. */
  finish(
    video: readonly FinishedVideo[],
    audio: readonly FinishedAudio[],
  ): Promise<OutputGroupDetail>;
}

/** What every group needs to know. */
export interface RunContext {
  readonly fileInput: string;
  /** A folder of this group's own on this machine. */
  readonly folder: string;
  readonly uploader: Uploader;
}

/** Lengths in milliseconds and pixels as COMPLETE tells them. */
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
