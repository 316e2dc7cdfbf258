import type { CmafGroupSettings } from '../settings/group-settings.ts';
import { initName, segmentName, singleFileName } from './file-names.ts';
import {
  type AudioFacts,
  averageBandwidth,
  peakBandwidth,
  type RenditionFacts,
  trackSeconds,
  type VideoFacts,
} from './rendition-facts.ts';

type Settings = Pick<
  CmafGroupSettings,
  | 'minBufferTime'
  | 'mpdManifestBandwidthType'
  | 'segmentControl'
  | 'segmentLength'
  | 'writeSegmentTimelineInRepresentation'
>;

const AUDIO_CHANNELS = 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011';

/** The static MPD (ISO/IEC 23009-1): one adaptation set for video, one for each audio language. */
export function dashManifest(renditions: readonly RenditionFacts[], settings: Settings): string {
  const videos = renditions.filter((each) => each.kind === 'video');
  const audios = renditions.filter((each) => each.kind === 'audio');
  const length = duration(Math.max(0, ...renditions.map(({ track }) => trackSeconds(track))));
  const languages = [...new Set(audios.map((audio) => audio.language))];
  const sets = [
    ...(videos.length === 0 ? [] : [videoSet(videos, settings)]),
    ...languages.map((language) =>
      audioSet(
        audios.filter((audio) => audio.language === language),
        settings,
      ),
    ),
  ];
  const attributes = [
    'xmlns="urn:mpeg:dash:schema:mpd:2011"',
    'type="static"',
    `minBufferTime="${duration((settings.minBufferTime ?? 0) / 1000 || (settings.segmentLength ?? 10))}"`,
    'profiles="urn:mpeg:dash:profile:isoff-main:2011"',
    `mediaPresentationDuration="${length}"`,
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD ${attributes.join(' ')}>`,
    `  <Period start="PT0S" duration="${length}" id="1">`,
    ...sets,
    '  </Period>',
    '</MPD>',
    '',
  ].join('\n');
}

function videoSet(videos: readonly VideoFacts[], settings: Settings): string {
  const rows = videos.map((video) => {
    const bandwidth =
      settings.mpdManifestBandwidthType === 'MAX' && video.maxBitrate !== undefined
        ? video.maxBitrate
        : averageBandwidth(video.track);
    const attributes = [
      `width="${video.width}" height="${video.height}"`,
      `sar="${video.par.num}:${video.par.den}"`,
      `frameRate="${video.rate.num}/${video.rate.den}"`,
      `bandwidth="${bandwidth}" codecs="${video.track.codec}"`,
    ];
    return representation(video, attributes.join(' '), '', settings);
  });
  return adaptationSet('video/mp4', 'contentType="video"', rows);
}

function audioSet(audios: readonly AudioFacts[], settings: Settings): string {
  const rows = audios.map((audio) => {
    const attributes = [
      `bandwidth="${peakBandwidth(audio.track)}" codecs="${audio.track.codec}"`,
      `audioSamplingRate="${audio.sampleRate}"`,
    ];
    const channels = `        <AudioChannelConfiguration schemeIdUri="${AUDIO_CHANNELS}" value="${audio.channels}"/>\n`;
    return representation(audio, attributes.join(' '), channels, settings);
  });
  const language = xml(audios[0]?.language ?? 'und');
  return adaptationSet('audio/mp4', `contentType="audio" lang="${language}"`, rows);
}

function adaptationSet(mimeType: string, attributes: string, rows: readonly string[]): string {
  return [
    `    <AdaptationSet mimeType="${mimeType}" ${attributes} segmentAlignment="true" startWithSAP="1">`,
    ...rows,
    '    </AdaptationSet>',
  ].join('\n');
}

function representation(
  rendition: RenditionFacts,
  attributes: string,
  inside: string,
  settings: Settings,
): string {
  const segments =
    settings.segmentControl === 'SINGLE_FILE'
      ? segmentList(rendition)
      : segmentTemplate(rendition, settings);
  return `      <Representation id="${xml(rendition.name)}" ${attributes}>\n${inside}${segments}\n      </Representation>`;
}

function segmentTemplate({ name, kind, track }: RenditionFacts, settings: Settings): string {
  const { num, den } = track.ticks;
  const media = segmentName(encodeURI(name), kind, 0).replace(/_0{9}\./, () => '_$Number%09d$.');
  const common = `timescale="${den}" media="${xml(media)}" initialization="${xml(encodeURI(initName(name, kind)))}" startNumber="1"`;
  if (settings.writeSegmentTimelineInRepresentation !== 'ENABLED') {
    const length = (settings.segmentLength ?? 10) * den;
    return `        <SegmentTemplate ${common} duration="${length}"/>`;
  }
  const entries = runs(track.segments.map((segment) => segment.duration * num)).map(
    ({ value, count }, index) =>
      `            <S${index === 0 ? ' t="0"' : ''} d="${value}"${count > 1 ? ` r="${count - 1}"` : ''}/>`,
  );
  return [
    `        <SegmentTemplate ${common}>`,
    '          <SegmentTimeline>',
    ...entries,
    '          </SegmentTimeline>',
    '        </SegmentTemplate>',
  ].join('\n');
}

/** Byte ranges of a single file. `mediaRange` includes the last byte. */
function segmentList({ name, kind, track }: RenditionFacts): string {
  const { num, den } = track.ticks;
  const range = ({ start, end }: { start: number; end: number }) => `${start}-${end - 1}`;
  return [
    `        <BaseURL>${xml(encodeURI(singleFileName(name, kind)))}</BaseURL>`,
    `        <SegmentList timescale="${den}">`,
    `          <Initialization range="${range(track.init)}"/>`,
    '          <SegmentTimeline>',
    ...track.segments.map(
      (segment, index) =>
        `            <S${index === 0 ? ' t="0"' : ''} d="${segment.duration * num}"/>`,
    ),
    '          </SegmentTimeline>',
    ...track.segments.map((segment) => `          <SegmentURL mediaRange="${range(segment)}"/>`),
    '        </SegmentList>',
  ].join('\n');
}

function runs(values: readonly number[]): { value: number; count: number }[] {
  const result: { value: number; count: number }[] = [];
  for (const value of values) {
    const last = result.at(-1);
    if (last?.value === value) last.count += 1;
    else result.push({ value, count: 1 });
  }
  return result;
}

function duration(length: number): string {
  return `PT${Number(length.toFixed(3))}S`;
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
