import { picturesInOrder, soundsInOrder } from '../../core/media/main-tracks.ts';
import { DamagedMedia } from './damaged-media.ts';
import { type DescribedTrack, describedTracks, listed } from './described-tracks.ts';
import { describeMedia } from './mediainfo.ts';
import { numberOf } from './mediainfo-facts.ts';
import type { RangedReader } from './ranged-reader.ts';
import type { ReadFacts } from './read-facts.ts';
import { transportTiming } from './transport-timing.ts';

/**
 * An MPEG transport stream: MediaInfo describes the streams, we measure them by their presentation times. Of several
 * programs, the first with a picture counts.
 */
export async function readTransportStream(reader: RangedReader): Promise<ReadFacts> {
  const tracks = describedTracks(await describeMedia(reader), ({ MenuID }) => {
    const program = numberOf(MenuID);
    return program === undefined ? {} : { program };
  });
  const pictures = picturesInOrder(tracks.video);
  const [picture] = pictures;
  const sounds = soundsInOrder(tracks.audio, picture?.program);
  const shown = picture ?? sounds[0];
  if (!shown)
    throw new DamagedMedia('structure', 'The stream has no program with a picture or sound.');
  const timing = await transportTiming(reader, pidOf(shown), sounds[0] && pidOf(sounds[0]));
  const video = pictures.filter((track) => track.program === picture?.program);
  // A stream that the program announces and that has no packets.
  const audio = sounds.filter((track) => timing.present.has(pidOf(track)) || !timing.whole);
  const durationSeconds = timing.durationSeconds ?? shown.durationSeconds;
  return {
    container: 'mpegts',
    ...(durationSeconds ? { durationSeconds } : {}),
    durationSource: durationSeconds ? timing.durationSource : 'unknown',
    video: listed(video.map(withPid), timing.frameRate),
    audio: listed(audio.map(withPid)),
    otherTracks:
      tracks.others + tracks.video.length + tracks.audio.length - video.length - audio.length,
  };
}

function pidOf({ id }: { readonly id: string }): number {
  return numberOf(id) ?? -1;
}

function withPid<Track extends DescribedTrack>(track: Track): Track {
  const { program } = track;
  const facts = { ...track.facts, pid: pidOf(track), ...(program !== undefined && { program }) };
  return { ...track, facts };
}
