/** Subtypes of `video/` by file suffix: those that browsers report wrongly or not at all. */
const SUBTYPES: Readonly<Record<string, string>> = {
  mp4: 'mp4',
  webm: 'webm',
  m4v: 'x-m4v',
  mov: 'quicktime',
  mkv: 'x-matroska',
  ts: 'mp2t',
  m2ts: 'mp2t',
  mts: 'mp2t',
};

/**
 * The content type by a file name's suffix; undefined if that is not in the table.
 *
 * @param subtypes of `video/` by suffix
 */
export function contentTypeOf(fileName: string, subtypes = SUBTYPES): string | undefined {
  const suffix = /\.(\w+)$/.exec(fileName.toLowerCase())?.[1] ?? '';
  return Object.hasOwn(subtypes, suffix) ? `video/${subtypes[suffix]}` : undefined;
}
