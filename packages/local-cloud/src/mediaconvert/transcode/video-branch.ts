import type { Frame, Stream } from 'node-av/lib';
import type { FinishedTrack, Segment } from '../packaging/cmaf-track.ts';
import type { VideoSelector } from '../settings/input-settings.ts';
import type { FrameCaptureDescription, H264Description } from '../settings/video-settings.ts';
import type { OutputSize, Ratio } from './frame-size.ts';
import type { Orientation } from './orientation.ts';

/** A rendition to encode into a fragmented MP4 file. */
export interface VideoRequest {
  readonly kind: 'video';
  readonly path: string;
  readonly description: H264Description;
  readonly segmentSeconds: number;
  readonly fragmentSeconds: number;
  segmentDone(segment: Segment): void;
}

/** Stills to write as JPEG files. */
export interface StillRequest {
  readonly kind: 'stills';
  readonly description: FrameCaptureDescription;
  pathOf(capture: number): string;
  written(capture: number, path: string, bytes: number): void;
}

/** The orientation and the rate of the source's frames. */
export interface VideoSource {
  readonly stream: Stream;
  readonly selector: VideoSelector | undefined;
  readonly orientation: Orientation;
  /** The pixel aspect ratio of the coded frames. */
  readonly par: Ratio;
  readonly rate: Ratio;
  /** A local folder for colour tables. */
  readonly folder: string;
}

/** An output. It wants some of the ticks of its rate, and owns the frames that it takes. */
export interface Branch {
  readonly size: OutputSize;
  wants(tick: number): boolean;
  take(frame: Frame): Promise<void>;
  end(): Promise<void>;
  finish(): FinishedTrack | undefined;
  /** Seconds of what was made, after the end. */
  seconds(): number;
  close(): void;
}
