import { refuse, type Sniffed } from './sniffed.ts';

/** The first box of a QuickTime file without `ftyp`. */
const CLASSIC_QUICKTIME = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);
const FRAGMENTS = new Set(['styp', 'moof', 'sidx', 'emsg']);

/** Brands: https://mp4ra.org/registered-types/brands */
const IMAGES = new Set([
  'heic',
  'heix',
  'heim',
  'heis',
  'hevc',
  'hevx',
  'mif1',
  'msf1',
  'avif',
  'avis',
]);
const SOUNDS = new Set(['M4A ', 'M4B ', 'M4P ']);

/** Recognizes MP4, QuickTime and other formats made of boxes; undefined for any other file. */
export function sniffIsoMedia(head: Uint8Array, latin1: string): Sniffed | undefined {
  const type = latin1.slice(4, 8);
  if (type === 'ftyp') return byBrand(latin1.slice(8, 12));
  if (head.length < 8) return undefined;
  if (FRAGMENTS.has(type)) return { container: 'mp4' };
  return CLASSIC_QUICKTIME.has(type) ? { container: 'mov' } : undefined;
}

function byBrand(major: string): Sniffed {
  if (IMAGES.has(major)) return refuse('not_a_video', 'The file is a HEIF or AVIF image.');
  if (SOUNDS.has(major)) return refuse('audio_only', 'The file is an MPEG-4 audio file.');
  if (major === 'crx ') return refuse('not_a_video', 'The file is a Canon raw image.');
  if (major === 'jp2 ' || major === 'jpx ') {
    return refuse('not_a_video', 'The file is a JPEG 2000 image.');
  }
  return { container: major === 'qt  ' ? 'mov' : 'mp4' };
}
