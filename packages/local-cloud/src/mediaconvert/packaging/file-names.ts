import type { RenditionFacts } from './rendition-facts.ts';

/**
 * File names of MediaConvert in a CMAF group: `<name>init.cmfv`, `<name>_000000001.cmfv` (numbered from 1),
 * `<name>.cmfv` for a single file, and `<name>.m3u8`. Audio has `.cmfa`.
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

/** The content types of MediaConvert's outputs. */
export const CONTENT_TYPES = {
  video: 'video/mp4',
  audio: 'audio/mp4',
  m3u8: 'application/vnd.apple.mpegurl',
  mpd: 'application/dash+xml',
  jpg: 'image/jpeg',
  mp4: 'video/mp4',
} as const;
