import type { CmafGroupSettings } from '../settings/group-settings.ts';
import { initName, segmentName, singleFileName } from './file-names.ts';
import {
  type AudioFacts,
  averageBandwidth,
  peakBandwidth,
  type RenditionFacts,
  seconds,
  type VideoFacts,
} from './rendition-facts.ts';

type Settings = Pick<
  CmafGroupSettings,
  | 'clientCache'
  | 'manifestDurationFormat'
  | 'segmentControl'
  | 'streamInfResolution'
  | 'targetDurationCompatibilityMode'
>;

/** The multivariant playlist (RFC 8216, 4.4.6): each video with each audio group; audio alone without video. */
export function multivariantPlaylist(
  renditions: readonly RenditionFacts[],
  settings: Settings,
): string {
  const videos = renditions.filter((each) => each.kind === 'video');
  const audios = renditions.filter((each) => each.kind === 'audio');
  const lines = ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-INDEPENDENT-SEGMENTS'];
  if (settings.clientCache === 'DISABLED') lines.push('#EXT-X-ALLOW-CACHE:NO');
  if (videos.length === 0) {
    for (const audio of audios) lines.push(...variant(audio, undefined, settings));
    return text(lines);
  }
  lines.push(...audios.map(audioMedia));
  const groups = [...new Set(audios.map((audio) => audio.groupId))];
  for (const video of videos) {
    const wanted = groups.filter((group) => video.audioGroups?.includes(group) ?? true);
    if (wanted.length === 0) lines.push(...variant(video, undefined, settings));
    for (const group of wanted) {
      const members = audios.filter((audio) => audio.groupId === group);
      lines.push(...variant(video, members, settings));
    }
  }
  return text(lines);
}

function variant(
  rendition: RenditionFacts,
  group: readonly AudioFacts[] | undefined,
  settings: Settings,
): string[] {
  const heaviest = (measure: typeof peakBandwidth) =>
    measure(rendition.track) + Math.max(0, ...(group ?? []).map((audio) => measure(audio.track)));
  const codecs = [rendition, ...(group ?? [])].map(({ track }) => track.codec);
  const attributes = [
    `BANDWIDTH=${heaviest(peakBandwidth)}`,
    `AVERAGE-BANDWIDTH=${heaviest(averageBandwidth)}`,
    `CODECS="${[...new Set(codecs)].join(',')}"`,
    ...(rendition.kind === 'video' ? pictureAttributes(rendition, settings) : []),
    ...(group?.[0] === undefined ? [] : [`AUDIO="${group[0].groupId}"`]),
  ];
  return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, `${encodeURI(rendition.name)}.m3u8`];
}

function pictureAttributes({ width, height, rate }: VideoFacts, settings: Settings): string[] {
  const resolution =
    settings.streamInfResolution === 'EXCLUDE' ? [] : [`RESOLUTION=${width}x${height}`];
  return [...resolution, `FRAME-RATE=${(rate.num / rate.den).toFixed(3)}`];
}

function audioMedia(audio: AudioFacts): string {
  const attributes = [
    'TYPE=AUDIO',
    `GROUP-ID="${audio.groupId}"`,
    `LANGUAGE="${audio.language}"`,
    `NAME="${audio.label}"`,
    `AUTOSELECT=${audio.autoSelect ? 'YES' : 'NO'}`,
    `DEFAULT=${audio.isDefault ? 'YES' : 'NO'}`,
    `CHANNELS="${audio.channels}"`,
    `URI="${encodeURI(audio.name)}.m3u8"`,
  ];
  return `#EXT-X-MEDIA:${attributes.join(',')}`;
}

/** The playlist of one rendition, with separate segment files or byte ranges of one file. */
export function mediaPlaylist(rendition: RenditionFacts, settings: Settings): string {
  const { name, kind, track } = rendition;
  const single = settings.segmentControl === 'SINGLE_FILE';
  const lengths = track.segments.map((segment) => seconds(segment.duration, track.ticks));
  const round =
    settings.targetDurationCompatibilityMode === 'SPEC_COMPLIANT' ? Math.round : Math.ceil;
  const length = (value: number) =>
    settings.manifestDurationFormat === 'INTEGER' ? String(Math.round(value)) : value.toFixed(6);
  const file = encodeURI(singleFileName(name, kind));
  const range = ({ start, end }: { start: number; end: number }) => `${end - start}@${start}`;
  const map = single
    ? `#EXT-X-MAP:URI="${file}",BYTERANGE="${range(track.init)}"`
    : `#EXT-X-MAP:URI="${encodeURI(initName(name, kind))}"`;
  return text([
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${Math.max(1, round(Math.max(0, ...lengths)))}`,
    '#EXT-X-MEDIA-SEQUENCE:1',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    ...(settings.clientCache === 'DISABLED' ? ['#EXT-X-ALLOW-CACHE:NO'] : []),
    map,
    ...track.segments.flatMap((segment, index) => [
      `#EXTINF:${length(lengths[index] ?? 0)},`,
      ...(single ? [`#EXT-X-BYTERANGE:${range(segment)}`] : []),
      single ? file : encodeURI(segmentName(name, kind, index + 1)),
    ]),
    '#EXT-X-ENDLIST',
  ]);
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
