/** What the suffixes of video files stand for; browsers know few of them, Node knows none. */
const TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  m4v: 'video/x-m4v',
  mov: 'video/quicktime',
  qt: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  ts: 'video/mp2t',
  m2ts: 'video/mp2t',
  mts: 'video/mp2t',
};

/** The content type by a file name's suffix; `application/octet-stream` for one that is no video's. */
export function contentTypeOf(fileName: string): string {
  const suffix = /\.(\w+)$/.exec(fileName)?.[1] ?? '';
  return TYPES[suffix.toLowerCase()] ?? 'application/octet-stream';
}
