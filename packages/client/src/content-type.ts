/** What the suffixes of video files stand for, below `video/`; browsers know few of them, Node knows none. */
const TYPES: Readonly<Record<string, string>> = {
  mp4: 'mp4',
  m4v: 'x-m4v',
  mov: 'quicktime',
  webm: 'webm',
  mkv: 'x-matroska',
  ts: 'mp2t',
  m2ts: 'mp2t',
  mts: 'mp2t',
};

/** The content type by a file name's suffix; undefined for one that is no video's. */
export function contentTypeOf(fileName: string): string | undefined {
  const suffix = /\.(\w+)$/.exec(fileName)?.[1] ?? '';
  const type = TYPES[suffix.toLowerCase()];
  return type && `video/${type}`;
}
