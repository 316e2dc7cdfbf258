import type { CaptionLanguage } from './caption-language.ts';

/** One file of captions of a video; `file` is beside the video's manifests, without its extension. */
export interface CaptionTrack extends CaptionLanguage {
  /** `captions/en.3`: `captions/en.3.vtt`, and for HLS `captions/en.3.m3u8`. */
  readonly file: string;
}

const GROUP = 'captions';

/**
 * The file name of a track. Each change of captions has a new revision, since files below a video are never replaced:
 * viewers and caches may keep them for ever.
 */
export function captionFile(tag: string, revision: number): string {
  return `captions/${tag}.${revision}`;
}

/** The manifests of a revision: `index.m3u8` as the job wrote it, or `index.3.m3u8`. */
export function manifestFile(kind: 'm3u8' | 'mpd', revision: number): string {
  return revision === 0 ? `index.${kind}` : `index.${revision}.${kind}`;
}

/**
 * The multivariant playlist of the job with captions: a rendition group of subtitles that each variant names.
 * https://datatracker.ietf.org/doc/html/rfc8216#section-4.3.4
 */
export function hlsWithCaptions(playlist: string, tracks: readonly CaptionTrack[]): string {
  const media = tracks.map(
    ({ tag, name, file }) =>
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="${GROUP}",NAME="${quoted(name)}",LANGUAGE="${tag}",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="${file}.m3u8"`,
  );
  const lines = playlist
    .trimEnd()
    .split(/\r?\n/)
    .map((line) =>
      line.startsWith('#EXT-X-STREAM-INF:') && tracks.length > 0
        ? `${line},SUBTITLES="${GROUP}"`
        : line,
    );
  const first = lines.findIndex((line) => line.startsWith('#EXT-X-STREAM-INF:'));
  if (first === -1) throw new RangeError('Expected a multivariant playlist; it has no variant.');
  lines.splice(first, 0, ...media);
  return `${lines.join('\n')}\n`;
}

/** The media playlist of one file of captions: one segment that is as long as the video. */
export function captionPlaylist(vttFile: string, durationSeconds: number): string {
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${Math.ceil(durationSeconds)}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXTINF:${durationSeconds.toFixed(3)},`,
    vttFile,
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');
}

/** Bits a second that are announced for captions. */
const BANDWIDTH = 1_000;

/** The DASH manifest of the job with an adaptation set for each file of captions (ISO/IEC 23009-1, 5.3.3). */
export function dashWithCaptions(manifest: string, tracks: readonly CaptionTrack[]): string {
  const end = manifest.lastIndexOf('</Period>');
  if (end === -1) throw new RangeError('Expected a DASH manifest; it has no period.');
  const sets = tracks.map(
    ({ tag, file }) =>
      `<AdaptationSet contentType="text" mimeType="text/vtt" lang="${tag}"><Role schemeIdUri="urn:mpeg:dash:role:2011" value="subtitle"/><Representation id="${GROUP}-${tag}" bandwidth="${BANDWIDTH}"><BaseURL>${file}.vtt</BaseURL></Representation></AdaptationSet>\n`,
  );
  return `${manifest.slice(0, end)}${sets.join('')}${manifest.slice(end)}`;
}

/** A quoted string of HLS has no quotes and no line breaks, and no way to escape them. */
function quoted(text: string): string {
  return text.replace(/["\r\n]/g, '');
}
