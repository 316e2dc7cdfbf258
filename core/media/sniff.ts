import type { Container } from '../uploads/upload-policy.ts';
import { sniffIsoMedia } from './sniff-iso-media.ts';
import { sniffMatroska } from './sniff-matroska.ts';
import { sniffText } from './sniff-text.ts';
import { refuse, type Sniffed, type SniffReasonCode } from './sniffed.ts';

/** The number of bytes from the start of a file that `sniff` needs; a shorter file needs all of its bytes. */
export const SNIFF_BYTES = 4_096;

type Signature = readonly [offset: number, bytes: string, what: string];

/** Bytes as Latin-1 text. Sources: the formats' own specifications, and https://mimesniff.spec.whatwg.org */
const containers: readonly (readonly [bytes: string, container: Container])[] = [
  ['FLV\x01', 'flv'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'asf'],
  ['\x00\x00\x01\xba', 'mpegps'],
  // The partition pack of the header: SMPTE ST 377-1.
  ['\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02', 'mxf'],
];

const otherVideos: readonly Signature[] = [
  [0, 'OggS', 'an Ogg file'],
  [0, '\x00\x00\x01\xb3', 'a raw MPEG video stream'],
  [0, '\x00\x00\x00\x01', 'a raw video stream'],
  [0, '.RMF', 'a RealMedia file'],
  [0, 'DKIF', 'an IVF video'],
  [0, 'YUV4MPEG2', 'an uncompressed video'],
];

const sounds: readonly Signature[] = [
  [0, 'ID3', 'an MP3 file'],
  [0, 'fLaC', 'a FLAC file'],
  [0, '#!AMR', 'an AMR file'],
  [0, 'MThd', 'a MIDI file'],
  [0, 'caff', 'a Core Audio file'],
  [0, '.snd', 'an AU file'],
];

const otherFiles: readonly Signature[] = [
  [0, '%PDF', 'a PDF document'],
  [0, 'PK\x03\x04', 'a ZIP archive'],
  [0, 'PK\x05\x06', 'a ZIP archive'],
  [0, '\x1f\x8b', 'a gzip archive'],
  [0, '7z\xbc\xaf\x27\x1c', 'a 7-Zip archive'],
  [0, 'Rar!', 'a RAR archive'],
  [0, '\xfd7zXZ\x00', 'an xz archive'],
  [0, 'BZh', 'a bzip2 archive'],
  [257, 'ustar', 'a tar archive'],
  [0, '\xff\xd8\xff', 'a JPEG image'],
  [0, '\x89PNG', 'a PNG image'],
  [0, 'GIF8', 'a GIF image'],
  [0, 'II*\x00', 'a TIFF image'],
  [0, 'MM\x00*', 'a TIFF image'],
  [0, '8BPS', 'a Photoshop image'],
  [0, '\x7fELF', 'a program'],
  [0, 'MZ', 'a program'],
  [0, '\xca\xfe\xba\xbe', 'a program'],
  [0, '\xcf\xfa\xed\xfe', 'a program'],
  [0, '\xd0\xcf\x11\xe0', 'an Office document'],
  [0, 'SQLite format 3', 'a database'],
];

/**
 * Identifies a file by its first bytes. Ignores the file name and the declared type.
 *
 * @param head the first `SNIFF_BYTES` bytes, or the whole file if it is shorter
 */
export function sniff(head: Uint8Array): Sniffed {
  if (head.length === 0) return refuse('empty_file', 'The file has 0 bytes.');
  const latin1 = String.fromCharCode(...head.subarray(0, SNIFF_BYTES));
  return (
    sniffIsoMedia(head, latin1) ??
    sniffMatroska(head, latin1) ??
    sniffRiff(latin1) ??
    sniffContainer(latin1) ??
    bySignature(latin1, otherVideos, 'container_not_allowed') ??
    bySignature(latin1, sounds, 'audio_only') ??
    bySignature(latin1, otherFiles, 'not_a_video') ??
    sniffTransportStream(head) ??
    sniffText(head) ??
    sniffMpegAudio(head) ??
    refuse('not_a_video', 'The first bytes do not match a known file type.')
  );
}

function sniffContainer(latin1: string): Sniffed | undefined {
  const found = containers.find(([bytes]) => latin1.startsWith(bytes));
  return found && { container: found[1] };
}

function bySignature(
  latin1: string,
  signatures: readonly Signature[],
  code: SniffReasonCode,
): Sniffed | undefined {
  const found = signatures.find(([offset, bytes]) => latin1.startsWith(bytes, offset));
  return found && refuse(code, `The file is ${found[2]}.`);
}

/** IFF and RIFF: four letters, four bytes of length, four letters for the content. */
function sniffRiff(latin1: string): Sniffed | undefined {
  const outer = latin1.slice(0, 4);
  const inner = latin1.slice(8, 12);
  if (outer === 'FORM' && (inner === 'AIFF' || inner === 'AIFC')) {
    return refuse('audio_only', 'The file is an AIFF file.');
  }
  if (!['RIFF', 'RIFX', 'RF64'].includes(outer)) return undefined;
  if (inner === 'AVI ') return { container: 'avi' };
  if (inner === 'WAVE') return refuse('audio_only', 'The file is a WAVE file.');
  if (inner === 'WEBP') return refuse('not_a_video', 'The file is a WebP image.');
  return refuse('not_a_video', 'The file is a RIFF file without video.');
}

/** Plain, with a timestamp before each packet (Blu-ray, AVCHD), with error correction after it. */
const PACKETS = [188, 192, 204] as const;

/** A recording may begin within a packet: this many in a row are no accident. */
const MIN_PACKETS = 5;

/** Packets of 188 bytes that start with 0x47 (ISO/IEC 13818-1), from the first byte or from the next packet on. */
function sniffTransportStream(head: Uint8Array): Sniffed | undefined {
  const fits = (first: number, packet: number, atLeast: number) => {
    let count = 0;
    for (let at = first; at < head.length; at += packet, count += 1) {
      if (head[at] !== 0x47) return false;
    }
    return count >= atLeast;
  };
  const found = PACKETS.some((packet) =>
    Array.from({ length: packet }, (_, first) => first).some((first) =>
      fits(first, packet, first === 0 || (first === 4 && packet === 192) ? 2 : MIN_PACKETS),
    ),
  );
  return found ? { container: 'mpegts' } : undefined;
}

/** A frame of MPEG audio or ADTS: 12 one bits (11 in MPEG 2.5), then the layer and the sample rate. */
function sniffMpegAudio(head: Uint8Array): Sniffed | undefined {
  const [first = 0, second = 0, third = 0] = head;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  const adts = (second & 0xf6) === 0xf0;
  const mpeg = (second & 0x06) !== 0 && (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c;
  return adts || mpeg ? refuse('audio_only', 'The file is an MPEG audio stream.') : undefined;
}
