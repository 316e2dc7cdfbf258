import { refuse, type Sniffed } from './sniffed.ts';

/** How the text starts, after white space, XML declaration and comments. */
const PLAYLISTS: readonly (readonly [RegExp, string])[] = [
  [/^#EXTM3U/, 'an HLS playlist'],
  [/^<([\w-]+:)?MPD[\s>]/, 'a DASH manifest'],
  [/^<SmoothStreamingMedia[\s>]/, 'a Smooth Streaming manifest'],
  [/^<smil[\s>]/, 'a SMIL presentation'],
  [/^ffconcat version/, 'an FFmpeg concat script'],
  [/^\[playlist\]/i, 'a PLS playlist'],
];

const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^<(!doctype html|html|head|body|script|title)[\s>]/i, 'an HTML page'],
  [/^<svg[\s>]/i, 'an SVG image'],
  [/^</, 'a document with markup'],
  [/^#!/, 'a script'],
  [/^[{[]/, 'a JSON document'],
];

/** White space, printable ASCII, escape, and the bytes above 0x7f that text encodings use. */
const isTextByte = (byte: number) =>
  (byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b;

/** Recognizes playlists, pages and other text; undefined if the file contains a byte that text does not have. */
export function sniffText(head: Uint8Array): Sniffed | undefined {
  const encoding = encodingOf(head);
  const start = withoutProlog(new TextDecoder(encoding).decode(head));
  const playlist = PLAYLISTS.find(([pattern]) => pattern.test(start));
  if (playlist) return refuse('playlist_not_video', `The file is ${playlist[1]}.`);
  if (encoding === 'utf-8' && !head.every(isTextByte)) return undefined;
  const known = TEXTS.find(([pattern]) => pattern.test(start));
  return refuse('not_a_video', `The file is ${known?.[1] ?? 'text'}.`);
}

/** From the byte order mark. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** A loop instead of a regular expression: nested repetition takes exponential time on a malicious file. */
function withoutProlog(text: string): string {
  let rest = text.trimStart();
  for (;;) {
    const end = rest.startsWith('<?xml') ? '?>' : rest.startsWith('<!--') ? '-->' : undefined;
    const at = end === undefined ? -1 : rest.indexOf(end);
    if (end === undefined || at < 0) return rest;
    rest = rest.slice(at + end.length).trimStart();
  }
}
