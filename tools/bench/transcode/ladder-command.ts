import { join } from 'node:path';
import type { MediaFacts } from '../../../core/contract/media.ts';
import { ladderOf, sizeAt } from '../../../core/transcoding/ladder.ts';

/** The preset and the rate control of the local MediaConvert: packages/local-cloud/docs/mediaconvert.md. */
const PRESET = 'ultrafast';
const quantizer = (quality: number) => 37 - 2 * quality;
/** Seconds between keyframes, the fragments of the job. */
const GROUP_SECONDS = 2;
const POSTER_SIDE = 1080;
const STORYBOARD_SIDE = 180;

/**
 * One command of the ffmpeg program that decodes the file once and makes every output of the product's job: renditions
 * and sound as fragmented MP4 files, poster and storyboard as JPEG files.
 */
export function ladderCommand(file: string, folder: string, facts: MediaFacts): string[] {
  const [video] = facts.video;
  if (video === undefined) throw new Error('The file has no picture.');
  const rungs = ladderOf(video);
  const poster = sizeAt(video, POSTER_SIDE);
  const storyboard = sizeAt(video, STORYBOARD_SIDE);
  const posterSeconds = Math.max(1, Math.floor(facts.durationSeconds / 10));
  const branches = [
    ...rungs.map(({ width, height }, index) => `[s${index}]${scale(width, height)}[v${index}]`),
    `[s${rungs.length}]fps=1/${posterSeconds}:round=down,${scale(poster.width, poster.height)}[poster]`,
    `[s${rungs.length + 1}]fps=1:round=down,${scale(storyboard.width, storyboard.height)}[board]`,
  ];
  const labels = branches.map((_, index) => `[s${index}]`).join('');
  const graph = [
    `[0:v]bwdif=mode=send_frame:deint=interlaced,split=${branches.length}${labels}`,
    ...branches,
  ].join(';');
  const fragments = ['-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4'];
  return [
    ...['-i', file, '-filter_complex', graph],
    ...rungs.flatMap(({ quality, maxBitrate, name }, index) => [
      ...['-map', `[v${index}]`, '-c:v', 'libx264', '-preset', PRESET],
      ...['-crf', String(quantizer(quality))],
      ...['-maxrate', String(maxBitrate), '-bufsize', String(2 * maxBitrate)],
      ...['-force_key_frames', `expr:gte(t,n_forced*${GROUP_SECONDS})`, '-g', '100000'],
      ...fragments,
      join(folder, `${name}.mp4`),
    ]),
    ...['-map', '0:a', '-c:a', 'aac', '-b:a', '128k', '-ar', '48000', ...fragments],
    join(folder, 'audio.mp4'),
    ...['-map', '[poster]', '-frames:v', '2', '-f', 'image2', join(folder, 'poster.%d.jpg')],
    ...['-map', '[board]', '-frames:v', '100', '-f', 'image2', join(folder, 'storyboard.%d.jpg')],
  ];
}

function scale(width: number, height: number): string {
  return `scale=${width}:${height}:flags=bicubic,format=yuv420p`;
}
