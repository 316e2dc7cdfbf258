import { XMLParser } from 'fast-xml-parser';
import { Parser } from 'm3u8-parser';

/** The first files of one rendition or sound track, according to its playlist. */
export interface Track {
  readonly playlist: string;
  readonly init: string;
  readonly firstSegment: string;
  readonly segments: number;
  /** Seconds, the sum of the segments. */
  readonly duration: number;
}

export interface VideoRendition extends Track {
  readonly width: number;
  readonly height: number;
  readonly codecs: string;
  /** Peak bit/s. */
  readonly bandwidth: number;
}

export interface HlsPresentation {
  readonly renditions: readonly VideoRendition[];
  readonly sound: readonly Track[];
}

/** Reads the text of a URL. */
export type ReadText = (url: string) => Promise<string>;

/**
 * Reads a multivariant playlist and every playlist that it names.
 *
 * @throws Error naming a playlist that cannot be parsed, is empty, or lacks something that players need
 */
export async function readHls(url: string, read: ReadText): Promise<HlsPresentation> {
  const manifest = parsePlaylist(await read(url));
  const variants = manifest.playlists ?? [];
  if (variants.length === 0) throw new Error(`${url} names no rendition.`);
  const renditions = await Promise.all(
    variants.map(async ({ uri, attributes }) => {
      const { RESOLUTION: size, CODECS: codecs, BANDWIDTH: bandwidth } = attributes;
      if (!size || !codecs || !bandwidth) {
        throw new Error(`${url}: ${uri} lacks RESOLUTION, CODECS or BANDWIDTH.`);
      }
      return { ...(await readTrack(resolveUri(url, uri), read)), ...size, codecs, bandwidth };
    }),
  );
  const groups = Object.values(manifest.mediaGroups?.AUDIO ?? {});
  const uris = groups.flatMap((group) => Object.values(group).flatMap(({ uri }) => uri ?? []));
  const sound = await Promise.all(
    [...new Set(uris)].map((uri) => readTrack(resolveUri(url, uri), read)),
  );
  return { renditions, sound };
}

async function readTrack(playlist: string, read: ReadText): Promise<Track> {
  const { segments = [], endList } = parsePlaylist(await read(playlist));
  const [first] = segments;
  if (!first?.map) throw new Error(`${playlist} has no segment with an initialization section.`);
  if (!endList) throw new Error(`${playlist} has no EXT-X-ENDLIST.`);
  return {
    playlist,
    init: resolveUri(playlist, first.map.uri),
    firstSegment: resolveUri(playlist, first.uri),
    segments: segments.length,
    duration: segments.reduce((sum, segment) => sum + segment.duration, 0),
  };
}

export interface DashPresentation {
  /** Seconds. */
  readonly duration: number;
  readonly video: readonly { readonly width: number; readonly height: number }[];
  readonly audio: number;
}

interface MpdElement {
  readonly [name: string]: unknown;
}

/** Reads an MPD's presentation duration and its representations. */
export function readDash(url: string, text: string): DashPresentation {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => ['Period', 'AdaptationSet', 'Representation'].includes(name),
  });
  const { MPD: mpd } = parser.parse(text, true) as { MPD?: MpdElement };
  if (!mpd) throw new Error(`${url} has no MPD element.`);
  const sets = children(mpd, 'Period').flatMap((period) => children(period, 'AdaptationSet'));
  const kind = (set: MpdElement) => String(set.contentType ?? set.mimeType ?? '');
  const of = (name: string) =>
    sets
      .filter((set) => kind(set).startsWith(name))
      .flatMap((set) => children(set, 'Representation').map((one) => ({ ...set, ...one })));
  return {
    duration: isoSeconds(String(mpd.mediaPresentationDuration)),
    video: of('video').map((one: MpdElement) => ({
      width: Number(one.width),
      height: Number(one.height),
    })),
    audio: of('audio').length,
  };
}

function children(element: MpdElement, name: string): readonly MpdElement[] {
  return (element[name] ?? []) as readonly MpdElement[];
}

/** Reads an ISO 8601 duration of hours, minutes and seconds, as MPDs have it. */
function isoSeconds(duration: string): number {
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration);
  if (!parts)
    throw new Error(
      `mediaPresentationDuration is ${JSON.stringify(duration)}; expected hours, minutes and seconds, such as PT1M2.5S.`,
    );
  const [, hours = 0, minutes = 0, seconds = 0] = parts;
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

/** Resolves a relative URI in a playlist against the playlist's URL. */
function resolveUri(url: string, uri: string): string {
  const resolved = new URL(uri, url);
  if (resolved.host !== new URL(url).host)
    throw new Error(`${url} has a URI of another host: ${uri}.`);
  return resolved.href;
}

/** The part of m3u8-parser's result that is used; the package has no types. */
interface Playlist {
  readonly playlists?: readonly {
    readonly uri: string;
    readonly attributes: {
      readonly RESOLUTION?: { readonly width: number; readonly height: number };
      readonly CODECS?: string;
      readonly BANDWIDTH?: number;
    };
  }[];
  readonly mediaGroups?: {
    readonly AUDIO?: Readonly<Record<string, Readonly<Record<string, { readonly uri?: string }>>>>;
  };
  readonly segments?: readonly {
    readonly uri: string;
    readonly duration: number;
    readonly map?: { readonly uri: string };
  }[];
  readonly endList?: boolean;
}

function parsePlaylist(text: string): Playlist {
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return parser.manifest as Playlist;
}
