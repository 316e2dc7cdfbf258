/** Subtypes of `video/` by file suffix. Browsers know few of them, Node knows none. */
const SUBTYPES: Readonly<Record<string, string>> = {
  mp4: 'mp4',
  webm: 'webm',
  m4v: 'x-m4v',
  mov: 'quicktime',
  mkv: 'x-matroska',
  ts: 'mp2t',
  m2ts: 'mp2t',
  mts: 'mp2t',
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

/** The content type by a file name's suffix; undefined if that is not a video's. */
export function contentTypeOf(fileName: string): string | undefined {
  const suffix = /\.(\w+)$/.exec(fileName.toLowerCase())?.[1] ?? '';
  return Object.hasOwn(SUBTYPES, suffix) ? `video/${SUBTYPES[suffix]}` : undefined;
}
