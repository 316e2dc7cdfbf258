import fc from 'fast-check';
import { SNIFF_BYTES, sniff } from '../../../../core/media/sniff.ts';

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** `count` packets of a transport stream. */
function packets(count: number, length: number, before: number): Uint8Array {
  const bytes = new Uint8Array(count * length);
  for (let at = before; at < bytes.length; at += length) bytes[at] = 0x47;
  return bytes;
}

describe('Sniffing', () => {
  it.each([
    ['mp4', '\0\0\0\x18ftypisom\0\0\0\0isommp42'],
    ['mp4', '\0\0\0\x18ftyp3gp4\0\0\0\0'],
    ['mp4', '\0\0\0\x18styp\0\0\0\0msdh'],
    ['mov', '\0\0\0\x14ftypqt  \0\0\0\0'],
    ['mov', '\0\0\0\x08wide\0\0\0\0mdat'],
    ['mov', '\0\0\x10\0moov\0\0\0\x6cmvhd'],
    ['webm', '\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm'],
    ['mkv', '\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska\x42\x87\x81\x04'],
    ['avi', 'RIFF\x24\0\0\0AVI LIST'],
    ['flv', 'FLV\x01\x05\0\0\0\x09'],
    ['asf', '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
    ['mpegps', '\0\0\x01\xba\x44'],
    ['mxf', '\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02\x04'],
  ])('finds %s in %j', (container, head) => {
    expect(sniff(latin1(head))).toEqual({ container });
  });

  it('recognizes transport streams with packets of 188 and of 192 bytes', () => {
    expect(sniff(packets(5, 188, 0))).toEqual({ container: 'mpegts' });
    expect(sniff(packets(5, 192, 4))).toEqual({ container: 'mpegts' });
    expect(sniff(packets(5, 204, 0))).toEqual({ container: 'mpegts' });
    expect(sniff(packets(5, 188, 77))).toEqual({ container: 'mpegts' });
    const torn = packets(5, 188, 0);
    torn[3 * 188] = 0;
    expect(sniff(torn)).toHaveProperty('refused');
  });

  it.each([
    ['empty_file', '', '0 bytes'],
    ['container_not_allowed', 'OggS\0\x02', 'Ogg'],
    ['container_not_allowed', '\0\0\x01\xb3\x44', 'raw MPEG video'],
    ['container_not_allowed', '\x1a\x45\xdf\xa3\x9f\x42\x82\x84evil', 'EBML'],
    ['audio_only', 'ID3\x04\0', 'MP3'],
    ['audio_only', '\xff\xfb\x90\x44\0\0', 'MPEG audio'],
    ['audio_only', '\xff\xf1\x50\x80\0\0', 'MPEG audio'],
    ['audio_only', 'RIFF\x24\0\0\0WAVEfmt ', 'WAVE'],
    ['audio_only', 'FORM\0\0\0\0AIFF', 'AIFF'],
    ['audio_only', '\0\0\0\x20ftypM4A \0\0\0\0', 'MPEG-4 audio'],
    ['not_a_video', '%PDF-1.7', 'PDF'],
    ['not_a_video', 'PK\x03\x04\x14', 'ZIP'],
    ['not_a_video', '\x89PNG\r\n\x1a\n', 'PNG'],
    ['not_a_video', '\xff\xd8\xff\xe0', 'JPEG'],
    ['not_a_video', 'GIF89a\x01\0', 'GIF'],
    ['not_a_video', '\0\0\0\x1cftypheic\0\0\0\0', 'HEIF'],
    ['not_a_video', 'RIFF\x24\0\0\0WEBPVP8 ', 'WebP'],
    ['not_a_video', '<!DOCTYPE html><video>', 'HTML'],
    ['not_a_video', '\n <html lang="en">', 'HTML'],
    ['not_a_video', '<?xml version="1.0"?><!-- a --><svg >', 'SVG'],
    ['not_a_video', '{"a":1}', 'JSON'],
    ['not_a_video', '#!/bin/sh\n', 'script'],
    ['not_a_video', 'Dear all, please find', 'text'],
    ['not_a_video', '\xff\xfeh\0i\0', 'text'],
    ['not_a_video', '\xef\xbb\xbfna\xc3\xafve', 'text'],
    ['not_a_video', '\0\0\0\0\0\0\0\0', 'do not match a known file type'],
    ['playlist_not_video', '#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd', 'HLS'],
    ['playlist_not_video', '\xef\xbb\xbf\n#EXTM3U\n', 'HLS'],
    ['playlist_not_video', '#EXTM3U\n\0\0binary', 'HLS'],
    ['playlist_not_video', '<?xml version="1.0"?>\n<MPD xmlns="x">', 'DASH'],
    ['playlist_not_video', 'ffconcat version 1.0\nfile /etc/passwd', 'concat'],
  ])('refuses as %s: %j', (code, head, what) => {
    const sniffed = sniff(latin1(head));
    expect(sniffed).toMatchObject({ refused: { code, detail: expect.stringContaining(what) } });
  });

  it('has a result for any bytes, and never a container without its mark', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const sniffed = sniff(bytes);
        if ('refused' in sniffed) expect(sniffed.refused.detail).toMatch(/^The .+\.$/);
        else expect(bytes.length).toBeGreaterThan(7);
      }),
      { numRuns: 1_000 },
    );
  });

  it('recognizes text of any language', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'aäß€漢🦔 \n\t'), minLength: 1 });
    fc.assert(
      fc.property(letters, (text) => {
        const sniffed = sniff(new TextEncoder().encode(text));
        expect(sniffed).toMatchObject({
          refused: { code: 'not_a_video', detail: 'The file is text.' },
        });
      }),
    );
  });

  it('refuses markup with thousands of comments', () => {
    expect(sniff(latin1('<!---->'.repeat(SNIFF_BYTES / 7)))).toHaveProperty('refused');
    expect(sniff(latin1(`<?xml${'<!--'.repeat(1_000)}`))).toHaveProperty('refused');
  });
});
