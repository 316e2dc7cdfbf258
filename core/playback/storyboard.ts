import { sizeAt } from '../transcoding/ladder.ts';
import { STORYBOARD_SIDE, storyboardInterval } from '../transcoding/transcode-job.ts';
import { cueTime } from './cue-time.ts';

/** The file with the times of the pictures, beside them. */
export const STORYBOARD_FILE = 'storyboard.vtt';

/**
 * The thumbnails of the scrubber as WebVTT: which picture shows which seconds. Each cue names the whole picture by a media
 * fragment, which players of the format expect: https://www.w3.org/TR/media-frags/#naming-space
 *
 * @param pictures file names in order of time, beside this file
 * @param durationSeconds of the source, by which the job was made
 */
export function storyboardVtt(
  pictures: readonly string[],
  durationSeconds: number,
  video: Parameters<typeof sizeAt>[0],
): string {
  const interval = storyboardInterval(durationSeconds);
  const { width, height } = sizeAt(video, STORYBOARD_SIDE);
  const cues = pictures.map((picture, index) => {
    const start = index * interval;
    const isLast = index === pictures.length - 1;
    const end = isLast && durationSeconds > start ? durationSeconds : start + interval;
    return `${cueTime(start)} --> ${cueTime(end)}\n${picture}#xywh=0,0,${width},${height}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}
