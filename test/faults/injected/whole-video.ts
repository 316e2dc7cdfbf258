import { posix } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { XMLParser } from 'fast-xml-parser';
import type { UploadItem } from '../../../core/uploads/records.ts';
import type { FaultCloud } from './fault-cloud.ts';
import { storedOf } from './upload-facts.ts';

/**
 * Returns the files that a ready video's manifests and record name and that are missing. Playlists are
 * followed to every segment, the MPD to every initialization segment and every segment of its timelines.
 */
export async function missingOf(cloud: FaultCloud, item: UploadItem): Promise<string[]> {
  const { playback } = item;
  if (playback === undefined) return ['playback in the record'];
  const { outputs } = await storedOf(cloud, item);
  const there = new Set(outputs);
  const text = async (key: string) => {
    const Bucket = cloud.cloud.hosted.outputBucket;
    const { Body } = await cloud.s3.send(new GetObjectCommand({ Bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  };
  const named = [playback.hls, playback.dash, playback.poster, ...playback.storyboard];
  const master = linesOf(await text(playback.hls), playback.hls);
  const playlists = master.filter((key) => key.endsWith('.m3u8'));
  if (playlists.length === 0) return ['renditions in the playlist'];
  named.push(...playlists);
  for (const key of playlists.filter((key) => there.has(key))) {
    const body = await text(key);
    const segments = linesOf(body, key);
    if (!body.includes('#EXT-X-ENDLIST')) named.push(`${key}: its end`);
    if (segments.length < 2) named.push(`${key}: its segments`);
    named.push(...segments);
  }
  named.push(...segmentsOfMpd(await text(playback.dash), playback.dash));
  return [...new Set(named)].filter((key) => !there.has(key));
}

/** Keys that a playlist names: lines that are not tags, and URI attributes of tags. */
function linesOf(playlist: string, at: string): string[] {
  return playlist.split('\n').flatMap((line) => {
    const uri = line.startsWith('#') ? /URI="([^"]+)"/.exec(line)?.[1] : line.trim();
    return uri ? [posix.join(posix.dirname(at), uri)] : [];
  });
}

type Element = Readonly<Record<string, unknown>>;

function segmentsOfMpd(mpd: string, at: string): string[] {
  const lists = ['Period', 'AdaptationSet', 'Representation', 'S'];
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => lists.includes(name),
  });
  const all = (element: Element, name: string) => (element[name] ?? []) as readonly Element[];
  const { MPD: root } = parser.parse(mpd) as { MPD: Element };
  const sets = all(root, 'Period').flatMap((period) => all(period, 'AdaptationSet'));
  return sets.flatMap((set) =>
    all(set, 'Representation').flatMap((one) => {
      const template = (one.SegmentTemplate ?? set.SegmentTemplate ?? {}) as Element;
      const timeline = all((template.SegmentTimeline ?? {}) as Element, 'S');
      const count = timeline.reduce((sum, { r = 0 }) => sum + 1 + Number(r), 0);
      if (count === 0) return [`${at}: the timeline of ${one.id}`];
      const first = Number(template.startNumber ?? 1);
      const numbers = Array.from({ length: count }, (_, index) => first + index);
      const name = (pattern: unknown, number = 0) =>
        posix.join(posix.dirname(at), filled(String(pattern), String(one.id), number));
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
