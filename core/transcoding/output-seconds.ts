import type { MediaFacts } from '../contract/media.ts';
import { MIN_BILLED_SECONDS } from '../playback/output-minutes.ts';
import { ladderOf } from './ladder.ts';

/** Seconds of output of a video's job: the duration, at least what is billed, once for each rendition. */
export function outputSeconds({ durationSeconds, video }: MediaFacts): number {
  const [main] = video;
  const renditions = main ? ladderOf(main).length : 0;
  return Math.ceil(Math.max(MIN_BILLED_SECONDS, durationSeconds)) * renditions;
}
