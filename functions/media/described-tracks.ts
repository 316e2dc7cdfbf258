import type { AudioTrack, VideoTrack } from '../../core/contract/media.ts';
import type { TrackHints } from '../../core/media/main-tracks.ts';
import { audioFacts, numberOf, videoFacts } from './mediainfo-facts.ts';
import type { MediaInfoTrack } from './mediainfo-track.ts';

/** A track with what the choice of the main one needs. */
export interface DescribedTrack<Facts = VideoTrack | AudioTrack> extends TrackHints {
  /** The container's own number of the track, as text. */
  readonly id: string;
  readonly facts: Facts;
}

export interface DescribedTracks {
  readonly video: readonly DescribedTrack<VideoTrack>[];
  readonly audio: readonly DescribedTrack<AudioTrack>[];
  readonly others: number;
}

/** MediaInfo's kinds of track that are neither picture nor sound. `Menu` are chapters and programs. */
const OTHERS = new Set(['Text', 'Other', 'Image']);

/**
 * Pictures and sound in the order of the file, numbered from 1.
 *
 * @param hintsOf what the container says of a track beyond MediaInfo
 */
export function describedTracks(
  tracks: readonly MediaInfoTrack[],
  hintsOf: (track: MediaInfoTrack) => TrackHints = () => ({}),
): DescribedTracks {
  const describe = <Facts extends VideoTrack | AudioTrack>(
    type: string,
    factsOf: (track: MediaInfoTrack) => Facts,
  ): DescribedTrack<Facts>[] =>
    tracks
      .filter((track) => track['@type'] === type)
      .map((track, index) => ({
        id: track.ID ?? '',
        facts: { ...factsOf(track), number: index + 1 },
        ...usualHints(track),
        ...hintsOf(track),
      }));
  return {
    video: describe('Video', videoFacts),
    audio: describe('Audio', audioFacts),
    others: tracks.filter((track) => OTHERS.has(track['@type'])).length,
  };
}

function usualHints(track: MediaInfoTrack): TrackHints {
  const durationSeconds = numberOf(track.Duration);
  const samples = numberOf(track.FrameCount);
  return {
    default: track.Default?.startsWith('Yes') ?? false,
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(track['@type'] === 'Video' && samples !== undefined && { samples }),
  };
}

/** The facts alone. The frame rate is measured on the first track, which is the main one. */
export function listed<Facts extends VideoTrack | AudioTrack>(
  tracks: readonly DescribedTrack<Facts>[],
  frameRate?: number,
): Facts[] {
  return tracks.map(({ facts }, index) =>
    index === 0 && frameRate !== undefined ? { ...facts, frameRate } : facts,
  );
}
