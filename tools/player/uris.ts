import { XMLParser } from 'fast-xml-parser';
import type { PlaybackAccess } from '../../core/contract/wire.ts';
import { storyboardPictures } from '../demo/check-playback.ts';

/**
 * The addresses of every file of a video, as players find them: the HLS playlists and their segments, the DASH manifest
 * and its segments, captions, the storyboard and its pictures, and the poster.
 */
export async function urisOf(
  playback: Pick<PlaybackAccess, 'hls' | 'dash' | 'poster' | 'storyboard' | 'captions'>,
): Promise<readonly string[]> {
  const { hls, dash, poster, storyboard, captions } = playback;
  const found = new Set([hls, dash, poster, storyboard, ...captions.map(({ url }) => url)]);
  for (const uri of found) {
    if (/\.m3u8$/.test(uri))
      for (const named of inPlaylist(uri, await textOf(uri))) found.add(named);
  }
  for (const named of inManifest(dash, await textOf(dash))) found.add(named);
  for (const picture of storyboardPictures(storyboard, await textOf(storyboard)))
    found.add(picture);
  return [...found];
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`GET ${url.split('/').at(-1)} returned ${response.status}.`);
  return response.text();
}

/** Lines that are not tags, and URI attributes of tags. */
function inPlaylist(url: string, playlist: string): string[] {
  return playlist.split('\n').flatMap((line) => {
    const uri = line.startsWith('#') ? /URI="([^"]+)"/.exec(line)?.[1] : line.trim();
    return uri ? [new URL(uri, url).href] : [];
  });
}

type Element = Readonly<Record<string, unknown>>;

const LISTS = ['Period', 'AdaptationSet', 'Representation', 'S'];

/** Initialization segments, and every segment of the timelines. */
function inManifest(url: string, manifest: string): string[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => LISTS.includes(name),
  });
  const all = (element: Element, name: string) => (element[name] ?? []) as readonly Element[];
  const { MPD: root } = parser.parse(manifest) as { MPD: Element };
  const sets = all(root, 'Period').flatMap((period) => all(period, 'AdaptationSet'));
  return sets.flatMap((set) =>
    all(set, 'Representation').flatMap((one) => {
      if (typeof one.BaseURL === 'string') return [new URL(one.BaseURL, url).href];
      const template = (one.SegmentTemplate ?? set.SegmentTemplate ?? {}) as Element;
      const timeline = all((template.SegmentTimeline ?? {}) as Element, 'S');
      const count = timeline.reduce((sum, { r = 0 }) => sum + 1 + Number(r), 0);
      const first = Number(template.startNumber ?? 1);
      const name = (pattern: unknown, number = 0) =>
        new URL(filled(String(pattern), String(one.id), number), url).href;
      const numbers = Array.from({ length: count }, (_, index) => first + index);
      return [name(template.initialization), ...numbers.map((n) => name(template.media, n))];
    }),
  );
}

function filled(pattern: string, id: string, number: number): string {
  return pattern
    .replaceAll('$RepresentationID$', id)
    .replaceAll(/\$Number(?:%0(\d+)d)?\$/g, (_, width?: string) =>
      String(number).padStart(Number(width ?? 0), '0'),
    );
}
