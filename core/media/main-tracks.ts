/** What the choice of the main tracks needs to know of a track. Absent: not known. */
export interface TrackHints {
  /** MPEG transport streams have programs; elsewhere all tracks belong together. */
  readonly program?: number | undefined;
  /** The file marks the track as one to show. */
  readonly enabled?: boolean | undefined;
  /** The file marks the track as the one to play by default. */
  readonly default?: boolean | undefined;
  readonly durationSeconds?: number | undefined;
  /** Pictures or blocks of sound. 0: the track is empty. */
  readonly samples?: number | undefined;
  /** Nobody without the key can see the track. */
  readonly encrypted?: boolean | undefined;
}

/** A track is longer than another only if it is so by more than this share: sound and pictures never end together. */
const LONGER = 1.03;

/**
 * The pictures with the main one first. Empty tracks are left out. The main one belongs to the first program with a
 * picture that is not encrypted; it is not a still image (cover, thumbnail) if there is a moving picture, it is enabled if any is, it is the
 * longest; among equals the first in the file.
 */
export function picturesInOrder<Track extends TrackHints>(tracks: readonly Track[]): Track[] {
  const shown = tracks.filter(({ samples }) => samples !== 0);
  const first = shown.find(({ encrypted }) => !encrypted) ?? shown[0];
  if (!first) return [];
  const main = shown.reduce((best, track) => (isBetter(track, best) ? track : best), first);
  return [main, ...shown.filter((track) => track !== main)];
}

function isBetter(track: TrackHints, best: TrackHints): boolean {
  if (track.program !== best.program || track.encrypted) return false;
  const moves = (one: TrackHints) => one.samples !== 1;
  if (moves(track) !== moves(best)) return moves(track);
  const isEnabled = (one: TrackHints) => one.enabled !== false;
  if (isEnabled(track) !== isEnabled(best)) return isEnabled(track);
  return (track.durationSeconds ?? 0) > (best.durationSeconds ?? 0) * LONGER;
}

/**
 * The sound with the main track first. Empty tracks and those of other programs than the picture's are left out. The
 * main one is enabled if any is, then the one that the file marks as default; among equals the first in the file.
 *
 * @param program of the main picture
 */
export function soundsInOrder<Track extends TrackHints>(
  tracks: readonly Track[],
  program?: number,
): Track[] {
  const heard = tracks.filter(
    (track) => track.samples !== 0 && (program === undefined || track.program === program),
  );
  const rank = (track: Track) => (track.enabled === false ? 2 : track.default ? 0 : 1);
  const main = heard.find((track) => rank(track) === Math.min(...heard.map(rank)));
  return main ? [main, ...heard.filter((track) => track !== main)] : [];
}
