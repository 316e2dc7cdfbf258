import { XMLParser } from 'fast-xml-parser';
import { type Manifest, Parser } from 'm3u8-parser';
import type { FoundHls, FoundOutputs, FoundPlaylist } from '../../core/playback/playback.ts';

/** Twelve hours in segments of six seconds are about 500 KB a playlist. */
export const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

/** The text of an object by its key, or undefined where there is none. */
export type ReadText = (key: string) => Promise<string | undefined>;

/** A multivariant playlist and its media playlists; undefined where one is missing or does not parse. */
export async function readHls(key: string, read: ReadText): Promise<FoundHls | undefined> {
  const main = parse(await read(key));
  if (!main?.playlists?.length) return undefined;
  const variants: FoundHls['variants'][number][] = [];
  for (const { uri, attributes } of main.playlists) {
    const playlist = await readPlaylist(keyBeside(key, uri), read);
    const size = attributes?.RESOLUTION;
    const bandwidth = Number(attributes?.BANDWIDTH);
    if (!playlist || !size || !Number.isInteger(bandwidth)) return undefined;
    const codecs = attributes?.CODECS;
    variants.push({
      width: size.width,
      height: size.height,
      bandwidth,
      ...(codecs && { codecs }),
      ...playlist,
    });
  }
  const audio: FoundPlaylist[] = [];
  for (const group of Object.values(main.mediaGroups?.AUDIO ?? {})) {
    for (const { uri } of Object.values(group)) {
      // Without a URI the sound is in the variants themselves.
      const playlist =
        uri === undefined ? undefined : await readPlaylist(keyBeside(key, uri), read);
      if (!playlist) return undefined;
      audio.push(playlist);
    }
  }
  return { variants, audio };
}

async function readPlaylist(key: string, read: ReadText): Promise<FoundPlaylist | undefined> {
  const playlist = parse(await read(key));
  // A playlist without an end belongs to a broadcast, or is incomplete.
  if (!playlist?.endList) return undefined;
  const uris = new Set<string>();
  let durationSeconds = 0;
  for (const segment of playlist.segments ?? []) {
    if (segment.map?.uri) uris.add(segment.map.uri);
    uris.add(segment.uri);
    durationSeconds += segment.duration;
  }
  return { segments: [...uris].map((uri) => keyBeside(key, uri)), durationSeconds };
}

function parse(text: string | undefined): Manifest | undefined {
  if (!text?.startsWith('#EXTM3U')) return undefined;
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return parser.manifest;
}

/** Resolves a URI relative to its playlist; a URI to another host is not a key of the bucket. */
function keyBeside(key: string, uri: string): string {
  const base = new URL(`https://outputs.invalid/${key}`);
  const url = new URL(uri, base);
  return url.origin === base.origin ? decodeURIComponent(url.pathname.slice(1)) : uri;
}

/** Length and number of video renditions of a DASH manifest; undefined where it does not parse. */
export async function readDash(key: string, read: ReadText): Promise<FoundOutputs['dash']> {
  const text = await read(key);
  if (text === undefined) return undefined;
  try {
    return dashOf(xml.parse(text, true));
  } catch {
    return undefined;
  }
}

const LISTS = new Set(['Period', 'AdaptationSet', 'Representation']);

/** Entities are off: no manifest needs them, and their expansion is a known attack. */
const xml = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  processEntities: false,
  removeNSPrefix: true,
  isArray: (name) => LISTS.has(name),
});

interface Described {
  readonly contentType?: string;
  readonly mimeType?: string;
}

interface Mpd {
  readonly mediaPresentationDuration?: string;
  readonly Period?: readonly {
    readonly AdaptationSet?: readonly (Described & {
      readonly Representation?: readonly Described[];
    })[];
  }[];
}

function dashOf(document: unknown): FoundOutputs['dash'] {
  const { MPD: mpd } = document as { readonly MPD?: Mpd };
  const durationSeconds = secondsOf(mpd?.mediaPresentationDuration);
  if (!mpd || durationSeconds === undefined) return undefined;
  const sets = (mpd.Period ?? []).flatMap((period) => period.AdaptationSet ?? []);
  const videoRepresentations = sets.flatMap((set) =>
    (set.Representation ?? []).filter((one) => isVideo(one) || isVideo(set)),
  ).length;
  return { durationSeconds, videoRepresentations };
}

function isVideo({ contentType, mimeType }: Described): boolean {
  return contentType === 'video' || mimeType?.startsWith('video/') === true;
}

/** `PT1H2M3.4S`: the part of ISO 8601's durations that xs:duration and DASH use. */
function secondsOf(duration: string | undefined): number | undefined {
  const [, hours, minutes, seconds] =
    /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(duration ?? '') ?? [];
  if (hours === undefined && minutes === undefined && seconds === undefined) return undefined;
  return Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}
