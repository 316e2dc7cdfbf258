import { XMLParser } from 'fast-xml-parser';
import { Parser } from 'm3u8-parser';
import { captionLanguage } from '../../../../core/playback/caption-language.ts';
import {
  type CaptionTrack,
  captionFile,
  captionPlaylist,
  dashWithCaptions,
  hlsWithCaptions,
  manifestFile,
} from '../../../../core/playback/caption-manifests.ts';

const HLS = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,AUTOSELECT=YES,URI="index_audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=1280x720,CODECS="avc1.4d401f,mp4a.40.2",AUDIO="audio"
index_720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=500000,RESOLUTION=640x360,CODECS="avc1.42c01e,mp4a.40.2",AUDIO="audio"
index_360.m3u8
`;
const DASH =
  '<?xml version="1.0"?><MPD mediaPresentationDuration="PT9S"><Period><AdaptationSet contentType="video"><Representation id="1"/></AdaptationSet></Period></MPD>';

function track(tag: string, revision = 1): CaptionTrack {
  const language = captionLanguage(tag);
  if (!language) throw new Error(`${tag} is no language.`);
  return { ...language, file: captionFile(language.tag, revision) };
}

describe('The HLS playlist with captions', () => {
  it('offers each language, and every variant names them', () => {
    const parser = new Parser();
    parser.push(hlsWithCaptions(HLS, [track('en', 2), track('pt-br')]));
    parser.end();
    const { mediaGroups, playlists } = parser.manifest as unknown as {
      mediaGroups: { SUBTITLES: { captions: Record<string, { language: string; uri: string }> } };
      playlists: { attributes: { SUBTITLES: string; AUDIO: string } }[];
    };
    expect(
      Object.entries(mediaGroups.SUBTITLES.captions).map(([name, { language, uri }]) => [
        name,
        language,
        uri,
      ]),
    ).toEqual([
      ['English', 'en', 'captions/en.2.m3u8'],
      ['português (Brasil)', 'pt-BR', 'captions/pt-BR.1.m3u8'],
    ]);
    expect(playlists.map(({ attributes }) => [attributes.SUBTITLES, attributes.AUDIO])).toEqual([
      ['captions', 'audio'],
      ['captions', 'audio'],
    ]);
  });

  it('without captions is the playlist of the job', () => {
    expect(hlsWithCaptions(HLS, [])).toBe(HLS);
  });

  it('is refused for text that is no multivariant playlist', () => {
    expect(() => hlsWithCaptions('#EXTM3U\n', [track('en')])).toThrow('it has no variant');
  });
});

describe('The playlist of one file of captions', () => {
  it('has one segment that is as long as the video, and an end', () => {
    const parser = new Parser();
    parser.push(captionPlaylist('en.1.vtt', 9.04));
    parser.end();
    expect(parser.manifest.endList).toBe(true);
    expect(parser.manifest.segments).toMatchObject([{ uri: 'en.1.vtt', duration: 9.04 }]);
  });
});

describe('The DASH manifest with captions', () => {
  it('has an adaptation set of text for each language beside those of the job', () => {
    const text = dashWithCaptions(DASH, [track('en'), track('de')]);
    const { MPD } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(
      text,
      true,
    );
    expect(MPD.Period.AdaptationSet).toMatchObject([
      { contentType: 'video' },
      { mimeType: 'text/vtt', lang: 'en', Representation: { BaseURL: 'captions/en.1.vtt' } },
      { mimeType: 'text/vtt', lang: 'de', Representation: { BaseURL: 'captions/de.1.vtt' } },
    ]);
  });

  it('is refused for text without a period', () => {
    expect(() => dashWithCaptions('<MPD/>', [])).toThrow('it has no period');
  });
});

describe('The manifests of a revision', () => {
  it('are those of the job at first, and have their own names afterwards', () => {
    expect([manifestFile('m3u8', 0), manifestFile('mpd', 0), manifestFile('m3u8', 3)]).toEqual([
      'index.m3u8',
      'index.mpd',
      'index.3.m3u8',
    ]);
  });
});

describe('A language of captions', () => {
  it.each([
    ['EN', 'en', 'English'],
    ['pt-br', 'pt-BR', 'português (Brasil)'],
    ['zh-hant', 'zh-Hant', '繁體中文'],
  ])('is read from %s', (text, tag, name) => {
    expect(captionLanguage(text)).toEqual({ tag, name });
  });

  it.each(['', 'english!', 'und', 'x-private', '../en', 'e', `en-${'a'.repeat(40)}`])(
    'is not read from %p',
    (text) => {
      expect(captionLanguage(text)).toBeUndefined();
    },
  );
});
