import { sniff } from '../../../../core/media/sniff.ts';

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...part].map((character) => character.charCodeAt(0)) : part,
    ),
  );
const outcome = (head: Uint8Array) => {
  const sniffed = sniff(head);
  return 'container' in sniffed ? sniffed.container : sniffed.refused.code;
};
const packets = (count: number, size: number, first = 0) => {
  const head = new Uint8Array(first + count * size + 1);
  for (let at = first; at < head.length; at += size) head[at] = 0x47;
  return head;
};
/** Not text and not a known signature, in front of bytes that must not matter there. */
const BINARY = [0x80, 0x00, 0x01];

describe('Sniffing recognizes', () => {
  it.each<[string, Uint8Array, string]>([
    ['an IFF file with AIFF', bytes('FORM', [0, 0, 0, 0], 'AIFF'), 'audio_only'],
    ['an IFF file with AIFC', bytes('FORM', [0, 0, 0, 0], 'AIFC'), 'audio_only'],
    ['no audio in another IFF file', bytes('FORM', [0, 0, 0, 0], 'ILBM'), 'not_a_video'],
    ['no audio in AIFF without FORM', bytes('FORX', [0, 0, 0, 0], 'AIFF'), 'not_a_video'],
    ['RIFF, RIFX and RF64 with WAVE', bytes('RF64', [0, 0, 0, 0], 'WAVE'), 'audio_only'],
    ['RIFX with WAVE', bytes('RIFX', [0, 0, 0, 0], 'WAVE'), 'audio_only'],
    ['AVI', bytes('RIFF', [0, 0, 0, 0], 'AVI '), 'avi'],
    ['WebP', bytes('RIFF', [0, 0, 0, 0], 'WEBP'), 'not_a_video'],
    ['JPEG 2000 by brand jp2', bytes([0, 0, 0, 20], 'ftypjp2 '), 'not_a_video'],
    ['JPEG 2000 by brand jpx', bytes([0, 0, 0, 20], 'ftypjpx '), 'not_a_video'],
    ['a Canon raw image', bytes([0, 0, 0, 20], 'ftypcrx '), 'not_a_video'],
    ['QuickTime by brand', bytes([0, 0, 0, 20], 'ftypqt  '), 'mov'],
    ['MP4 by any other brand', bytes([0, 0, 0, 20], 'ftypisom'), 'mp4'],
    ['a fragment of 8 bytes', bytes([0, 0, 0, 8], 'moof'), 'mp4'],
    ['classic QuickTime of 8 bytes', bytes([0, 0, 0, 8], 'moov'), 'mov'],
    ['two packets of a transport stream', packets(2, 188), 'mpegts'],
    ['one packet and a byte', packets(1, 188), 'mpegts'],
    ['packets with a timestamp', packets(2, 192, 4), 'mpegts'],
    ['no transport stream in a single packet', packets(1, 188).subarray(0, 188), 'not_a_video'],
    ['an ADTS stream', bytes([0xff, 0xf1, 0x50, 0x80, 0x00]), 'audio_only'],
    ['an MPEG layer III stream', bytes([0xff, 0xfb, 0x90, 0x00]), 'audio_only'],
    ['an MPEG 2.5 stream', bytes([0xff, 0xe3, 0x90, 0x00]), 'audio_only'],
    ['no audio with a reserved bitrate', bytes([0xff, 0xfb, 0xf0, 0x00]), 'not_a_video'],
    ['no audio with a reserved sample rate', bytes([0xff, 0xfb, 0x9c, 0x00]), 'not_a_video'],
    ['no audio without a sync word', bytes([0xfe, 0xfb, 0x90, 0x00]), 'not_a_video'],
    ['EBML without a DocType', bytes([0x1a, 0x45, 0xdf, 0xa3], BINARY), 'container_not_allowed'],
    ['WebM', bytes([0x1a, 0x45, 0xdf, 0xa3, 0x42, 0x82, 0x84], 'webm'), 'webm'],
    [
      'Matroska with padding',
      bytes([0x1a, 0x45, 0xdf, 0xa3, 0x42, 0x82, 0x8a], 'matroska\0\0'),
      'mkv',
    ],
    [
      'a playlist in UTF-16, little endian',
      bytes([0xff, 0xfe], '#\0E\0X\0T\0M\0' + '3\0U\0'),
      'playlist_not_video',
    ],
    [
      'a playlist in UTF-16, big endian',
      bytes([0xfe, 0xff], '\0#\0E\0X\0T\0M\0' + '3\0U'),
      'playlist_not_video',
    ],
    [
      'a manifest after declaration and comments',
      bytes('<?xml version="1.0"?> <!-- a --><!-- b --> <MPD >'),
      'playlist_not_video',
    ],
    ['text with an unfinished comment', bytes('<!-- never closed <MPD >'), 'not_a_video'],
    ['no playlist in the middle of a text', bytes('see #EXTM3U'), 'not_a_video'],
  ])('%s', (_what, head, expected) => {
    expect(outcome(head)).toBe(expected);
  });

  it.each([[0x00], [0x08], [0x0e], [0x1a], [0x1c], [0x7f]])('no text if a byte is 0x%s', (byte) => {
    const sniffed = sniff(bytes('some text', [byte]));
    expect(sniffed).toMatchObject({
      refused: { detail: 'The first bytes do not match a known file type.' },
    });
  });

  it.each([[0x09], [0x0d], [0x1b], [0x20], [0x7e], [0x80], [0xff]])(
    'text with byte 0x%s',
    (byte) => {
      expect(sniff(bytes('some text', [byte]))).toMatchObject({
        refused: { detail: 'The file is text.' },
      });
    },
  );
});
