const HOUR = 3_600;

/** The longest life of a playback token: the longest video, and two hours. */
export const MAX_TOKEN_SECONDS = 14 * HOUR;

/** How much longer than the video a viewer may take: pauses, and the time before play is pressed. */
const SLACK_SECONDS = 2 * HOUR;

/** While a video is in review, moderators get tokens of this life. */
const REVIEW_SECONDS = HOUR;

export type PlaybackScope = 'play' | 'review';

/**
 * Seconds for which a playback token is valid. Players renew it before.
 * @param durationSeconds of the video
 */
export function tokenLifeSeconds(durationSeconds: number, scope: PlaybackScope): number {
  if (scope === 'review') return REVIEW_SECONDS;
  return Math.min(MAX_TOKEN_SECONDS, Math.ceil(durationSeconds) + SLACK_SECONDS);
}
