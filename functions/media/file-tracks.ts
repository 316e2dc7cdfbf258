import type { MediaFacts } from '../../core/contract/media.ts';
import type { Container } from '../../core/uploads/upload-policy.ts';
import { DamagedMedia } from './damaged-media.ts';
import type { Demuxer } from './demuxer-source.ts';
import { audioFacts, videoFacts } from './track-facts.ts';

/** Limits the work for files with hundreds of tracks, which the policy refuses in any case. */
const MAX_TRACKS = 64;

/** The tracks without their timing, in the order of the file. */
export async function fileTracks(
  demuxer: Demuxer,
  container: Container,
): Promise<Omit<MediaFacts, 'durationSeconds'>> {
  return demuxer.attempt(async () => {
    const tracks = await demuxer.input.getTracks();
    if (tracks.length > MAX_TRACKS) {
      throw new DamagedMedia('structure', `The file has more than ${MAX_TRACKS} tracks.`);
    }
    const video = [];
    const audio = [];
    for (const track of tracks) {
      if (track.isVideoTrack()) video.push(await videoFacts(track));
      else if (track.isAudioTrack()) audio.push(await audioFacts(track));
    }
    return { container, video, audio, otherTracks: tracks.length - video.length - audio.length };
  });
}

/** The frame rate is measured on the first track, which players show. */
export function withFrameRate(
  [first, ...others]: MediaFacts['video'],
  frameRate: number | undefined,
): MediaFacts['video'] {
  if (!first) return [];
  return [{ ...first, ...(frameRate && { frameRate }) }, ...others];
}
