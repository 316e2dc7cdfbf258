/** Other names of the codecs: those of mediabunny and FFmpeg, and the four-character codes of MP4. */
const ALIASES: Readonly<Record<string, string>> = {
  avc: 'h264',
  avc1: 'h264',
  avc3: 'h264',
  h265: 'hevc',
  hvc1: 'hevc',
  hev1: 'hevc',
  av01: 'av1',
  vp08: 'vp8',
  vp09: 'vp9',
  mpeg2video: 'mpeg2',
  mp2v: 'mpeg2',
  mp4v: 'mpeg4',
  s263: 'h263',
  mp4a: 'aac',
  'ac-3': 'ac3',
  'ec-3': 'eac3',
  'e-ac-3': 'eac3',
  ulaw: 'pcm',
  alaw: 'pcm',
};

/** Four-character codes of ProRes: https://support.apple.com/en-us/102207 */
const PRORES = /^(ap4x|ap4h|apch|apcn|apcs|apco)$/;

/** The name in policies and media facts (`h264`, `hevc`, `aac`, `pcm`, …); `unknown` for any other codec. */
export function codecName(name: string | null | undefined): string {
  const given = name?.trim().toLowerCase();
  if (!given) return 'unknown';
  if (given.startsWith('pcm')) return 'pcm';
  if (PRORES.test(given)) return 'prores';
  return Object.hasOwn(ALIASES, given) ? (ALIASES[given] ?? given) : given;
}
