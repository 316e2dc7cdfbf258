import { contentTypeOf } from '../content-type.ts';

/** Further subtypes of `video/` by file suffix. Browsers report these by themselves, Node reports none. */
const SUBTYPES: Readonly<Record<string, string>> = {
  m2t: 'mp2t',
  mpg: 'mpeg',
  mpeg: 'mpeg',
  vob: 'mpeg',
  '3gp': '3gpp',
  '3g2': '3gpp2',
  avi: 'x-msvideo',
  flv: 'x-flv',
  asf: 'x-ms-asf',
  wmv: 'x-ms-wmv',
};

/** The type of a file on disk, as a browser would report it; empty if that is unknown. */
export function diskFileType(fileName: string): string {
  return contentTypeOf(fileName, SUBTYPES) ?? '';
}
