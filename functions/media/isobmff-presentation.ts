import type { TrackTiming } from './isobmff-timing.ts';

/** From the beginning of the first track to the end of the longest one. */
export function presentedSeconds(tracks: readonly TrackTiming[], movieScale: number): number {
  const ends = tracks.map((track) => shownSeconds(track, movieScale));
  const leads = tracks.map(({ edits }) => (movieScale > 0 ? (edits?.lead ?? 0) / movieScale : 0));
  return tracks.length === 0 ? 0 : Math.max(...ends) - Math.min(...leads);
}

/** What is shown after edits: what players show and a transcoder writes. */
export function shownSeconds(track: TrackTiming, movieScale: number): number {
  const media = track.duration / track.timescale;
  const edited = movieScale > 0 && track.edits ? track.edits.duration / movieScale : 0;
  return edited > 0 ? edited : media;
}
