import type { Ratio } from '../transcode/frame-size.ts';
import type { FinishedTrack, Segment } from './cmaf-track.ts';

/** A finished rendition, as manifests describe it. */
export interface VideoFacts {
  readonly kind: 'video';
  /** The name of its files, without folder and extension: `index_720p`. */
  readonly name: string;
  readonly track: FinishedTrack;
  readonly width: number;
  readonly height: number;
  readonly par: Ratio;
  readonly rate: Ratio;
  /** maxBitrate of its settings, bits per second. */
  readonly maxBitrate: number | undefined;
  /** The audio groups of the rendition (audioRenditionSets); undefined means all. */
  readonly audioGroups?: readonly string[];
}

export interface AudioFacts {
  readonly kind: 'audio';
  readonly name: string;
  readonly track: FinishedTrack;
  readonly sampleRate: number;
  readonly channels: number;
  /** RFC 5646, for example `en`; `und` if it is unknown. */
  readonly language: string;
  readonly groupId: string;
  readonly label: string;
  readonly isDefault: boolean;
  readonly autoSelect: boolean;
}

export type RenditionFacts = VideoFacts | AudioFacts;

export function seconds(ticks: number, { num, den }: Ratio): number {
  return (ticks * num) / den;
}

export function trackSeconds({ segments, ticks }: FinishedTrack): number {
  const last = segments.at(-1);
  return last === undefined ? 0 : seconds(last.time + last.duration, ticks);
}

/** Bits per second over the whole track. */
export function averageBandwidth(track: FinishedTrack): number {
  const bytes = track.segments.reduce((sum, segment) => sum + segment.end - segment.start, 0);
  const length = trackSeconds(track);
  return length === 0 ? 0 : Math.ceil((bytes * 8) / length);
}

/**
 * The peak segment bitrate (RFC 8216, 4.1) of segments of at least half the target length: a short last
 * segment does not matter for a player.
 */
export function peakBandwidth(track: FinishedTrack): number {
  const length = (segment: Segment) => seconds(segment.duration, track.ticks);
  const longest = Math.max(0, ...track.segments.map(length));
  const rates = track.segments
    .filter((segment) => length(segment) > 0 && length(segment) >= longest / 2)
    .map((segment) => ((segment.end - segment.start) * 8) / length(segment));
  return Math.max(averageBandwidth(track), Math.ceil(Math.max(0, ...rates)));
}
