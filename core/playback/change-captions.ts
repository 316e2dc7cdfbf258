import type { Captions } from '../uploads/records.ts';
import type { CaptionLanguage } from './caption-language.ts';
import { type CaptionTrack, captionFile } from './caption-manifests.ts';

/** Languages of one video. */
export const MAX_CAPTION_TRACKS = 50;

/** Changes of the captions of one video: each leaves files behind, because a player may still read them. */
export const MAX_CAPTION_REVISIONS = 1_000;

/** The tracks after captions of a language are set; `undefined` captions: the video has none. */
export function withTrack(
  captions: Captions | undefined,
  { tag, name }: CaptionLanguage,
  revision: number,
): Captions {
  const others = otherTracks(captions, tag);
  const tracks = [...others, { language: tag, name, revision }];
  return { revision, tracks: tracks.sort((a, b) => (a.language < b.language ? -1 : 1)) };
}

/** The tracks after captions of a language are deleted. */
export function withoutTrack(
  captions: Captions | undefined,
  tag: string,
  revision: number,
): Captions {
  return { revision, tracks: otherTracks(captions, tag) };
}

function otherTracks(captions: Captions | undefined, tag: string): Captions['tracks'] {
  return (captions?.tracks ?? []).filter(({ language }) => language !== tag);
}

/** What the manifests name. */
export function manifestTracks({ tracks }: Captions): readonly CaptionTrack[] {
  return tracks.map(({ language, name, revision }) => ({
    tag: language,
    name,
    file: captionFile(language, revision),
  }));
}

/** The revision of the manifests that a player gets: those of the job where there are no captions. */
export function manifestRevision(captions: Captions | undefined): number {
  return captions === undefined || captions.tracks.length === 0 ? 0 : captions.revision;
}
