import type { RenditionFacts } from './rendition-facts.ts';

/**
 * MediaConvert's names in a CMAF group: `<name>init.cmfv`, `<name>_000000001.cmfv` (counted from 1), for one
 * file `<name>.cmfv`, and `<name>.m3u8`; audio with `.cmfa`.
 */
export function suffixOf(kind: RenditionFacts['kind']): string {
  return kind === 'video' ? 'cmfv' : 'cmfa';
}

export function initName(name: string, kind: RenditionFacts['kind']): string {
  return `${name}init.${suffixOf(kind)}`;
}

export function segmentName(name: string, kind: RenditionFacts['kind'], number: number): string {
  return `${name}_${String(number).padStart(9, '0')}.${suffixOf(kind)}`;
}

export function singleFileName(name: string, kind: RenditionFacts['kind']): string {
  return `${name}.${suffixOf(kind)}`;
}

/** The content types with which MediaConvert stores what it writes. */
export const CONTENT_TYPES = {
  video: 'video/mp4',
  audio: 'audio/mp4',
  m3u8: 'application/vnd.apple.mpegurl',
  mpd: 'application/dash+xml',
  jpg: 'image/jpeg',
  mp4: 'video/mp4',
} as const;
