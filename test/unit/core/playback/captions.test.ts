import fc from 'fast-check';
import { convertCaptions } from '../../../../core/playback/captions.ts';
import { parseText } from '../../../../core/playback/captions-library.ts';

const SRT = `1
00:00:01,000 --> 00:00:02,500
Good <i>morning</i>

2
00:00:03,000 --> 00:00:04,000
Second line one
line two
`;

async function converted(text: string, duration = 60): Promise<string> {
  const result = await convertCaptions(text, duration);
  if (result.outcome === 'invalid') throw new Error(result.detail);
  return result.vtt;
}

describe('Captions', () => {
  it('in SRT become WebVTT', async () => {
    expect(await converted(SRT)).toBe(`WEBVTT

00:00:01.000 --> 00:00:02.500
Good <i>morning</i>

00:00:03.000 --> 00:00:04.000
Second line one
line two
`);
  });

  it('may begin with a byte order mark and have the line ends of Windows', async () => {
    expect(await converted(`\uFEFF${SRT.replaceAll('\n', '\r\n')}`)).toBe(await converted(SRT));
  });

  it('keep the tags and settings of WebVTT, without styles, notes, regions, times and other tags', async () => {
    const text = `WEBVTT - title

STYLE
::cue { background: url(https://evil.example/) }

NOTE a note

00:01.000 --> 00:02.000 line:0 align:left
<v Bob><i.loud>Hello</i> <script>alert(1)</script></v> a &lt; b & <00:01.500>now <lang en>x</lang><img src=x onerror=alert(1)>
`;
    expect(await converted(text)).toBe(`WEBVTT

00:00:01.000 --> 00:00:02.000 line:0 align:left
<v Bob><i>Hello</i> alert(1)</v> a &lt; b &amp; now <lang en>x</lang>
`);
  });

  it('are in order of time, end with the video, and leave out what comes after it', async () => {
    const text = `WEBVTT

00:08.000 --> 00:20.000
last

00:01.000 --> 00:02.000
first

00:30.000 --> 00:31.000
never
`;
    expect(await converted(text, 10)).toBe(`WEBVTT

00:00:01.000 --> 00:00:02.000
first

00:00:08.000 --> 00:00:10.000
last
`);
  });

  it.each([
    ['an SVG image', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'Expected WebVTT'],
    ['a page', '<!doctype html><p>hi', 'Expected WebVTT'],
    ['another word', 'WEBVTTX\n\n00:01.000 --> 00:02.000\na\n', 'Expected WebVTT'],
    ['an empty file', '', 'Expected WebVTT'],
    ['no cue', 'WEBVTT\n\n', 'The file has no captions.'],
    ['a NUL character', `${SRT}\0`, 'NUL'],
    [
      'cues after the end of the video alone',
      'WEBVTT\n\n02:00.000 --> 02:01.000\na\n',
      'after the end of the video',
    ],
    [
      'a cue that is too long',
      `WEBVTT\n\n00:01.000 --> 00:02.000\n${'a'.repeat(2_001)}\n`,
      'has 2001 characters',
    ],
  ])('are refused with a reason for %s', async (_, text, detail) => {
    const result = await convertCaptions(text, 60);
    expect(result).toEqual({ outcome: 'invalid', detail: expect.stringContaining(detail) });
  });

  it('are refused with more than 20,000 cues', async () => {
    const cues = Array.from({ length: 20_001 }, () => '00:01.000 --> 00:02.000\na\n');
    const result = await convertCaptions(`WEBVTT\n\n${cues.join('\n')}`, 60);
    expect(result).toMatchObject({ detail: expect.stringContaining('20001 captions') });
  });

  it('of any text have only the tags of WebVTT afterwards, and the same text again', async () => {
    const pieces = fc.constantFrom(
      '<script>',
      '</script>',
      '<i>',
      '</i>',
      '<b',
      '>',
      '&lt;',
      '&',
      '<v A>',
      '<00:00:01.200>',
      '-->',
      'x',
      ' ',
      '"',
      '<svg onload=x>',
    );
    const lines = fc.array(pieces, { minLength: 1, maxLength: 12 }).map((of) => `a${of.join('')}`);
    await fc.assert(
      fc.asyncProperty(lines, async (line) => {
        const result = await convertCaptions(`WEBVTT\n\n00:01.000 --> 00:02.000\n${line}\n`, 60);
        if (result.outcome === 'invalid') return;
        const tags = result.vtt.match(/<[^>]*>/g) ?? [];
        const allowed = /^<(?:\/?(?:c|i|b|u|ruby|rt)|\/?v|v [^<>]*|\/?lang|lang [^<>]*)>$/;
        expect(tags.filter((tag) => !allowed.test(tag))).toEqual([]);
        const again = await convertCaptions(result.vtt, 60);
        expect(again).toEqual(result);
        const { cues } = await parseText(result.vtt, { type: 'vtt', errors: true, strict: false });
        expect(cues).toHaveLength(1);
      }),
    );
  });
});
