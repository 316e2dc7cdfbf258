import { readDash, readHls } from '../../../../functions/media/read-manifests.ts';

const MAIN = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="sound",DEFAULT=YES,URI="index_audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=1280x720,CODECS="avc1.64001f,mp4a.40.2",AUDIO="audio"
index_720p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=600000,RESOLUTION=640x360,AUDIO="audio"
index_360p.m3u8
`;
const MEDIA = (name: string) => `#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-MAP:URI="${name}_init.mp4"
#EXTINF:6.0,
${name}_000000001.mp4
#EXTINF:2.5,
${name}_000000002.mp4
#EXT-X-ENDLIST
`;
const MPD = `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" mediaPresentationDuration="PT1M8.5S">
<Period><AdaptationSet mimeType="video/mp4"><Representation id="1"/><Representation id="2"/></AdaptationSet>
<AdaptationSet contentType="audio"><Representation id="3" mimeType="audio/mp4"/></AdaptationSet></Period></MPD>`;

const outputs: Record<string, string> = {
  'videos/1/index.m3u8': MAIN,
  'videos/1/index_720p.m3u8': MEDIA('index_720p'),
  'videos/1/index_360p.m3u8': MEDIA('index_360p'),
  'videos/1/index_audio.m3u8': MEDIA('index_audio'),
  'videos/1/index.mpd': MPD,
};

const reading =
  (more: Record<string, string | undefined> = {}) =>
  async (key: string) =>
    ({ ...outputs, ...more })[key];

describe('An HLS manifest', () => {
  it('is read with all of its playlists, whose segments become keys', async () => {
    expect(await readHls('videos/1/index.m3u8', reading())).toEqual({
      variants: [
        expect.objectContaining({
          width: 1280,
          height: 720,
          bandwidth: 2_000_000,
          codecs: 'avc1.64001f,mp4a.40.2',
          durationSeconds: 8.5,
          segments: [
            'videos/1/index_720p_init.mp4',
            'videos/1/index_720p_000000001.mp4',
            'videos/1/index_720p_000000002.mp4',
          ],
        }),
        expect.objectContaining({ width: 640, height: 360, bandwidth: 600_000 }),
      ],
      audio: [expect.objectContaining({ durationSeconds: 8.5 })],
    });
  });

  it.each([
    ['is not there', { 'videos/1/index.m3u8': undefined }],
    ['is no playlist', { 'videos/1/index.m3u8': '<html>' }],
    ['names no rendition', { 'videos/1/index.m3u8': '#EXTM3U\n' }],
    ['names a playlist that is not there', { 'videos/1/index_360p.m3u8': undefined }],
    ['names a sound that is not there', { 'videos/1/index_audio.m3u8': undefined }],
    [
      'has a playlist that was cut off',
      { 'videos/1/index_720p.m3u8': MEDIA('index_720p').replace('#EXT-X-ENDLIST\n', '') },
    ],
  ])('that %s is invalid', async (_, more) => {
    expect(await readHls('videos/1/index.m3u8', reading(more))).toBeUndefined();
  });
});

describe('A DASH manifest', () => {
  it('is read for its duration and its video renditions', async () => {
    expect(await readDash('videos/1/index.mpd', reading())).toEqual({
      durationSeconds: 68.5,
      videoRepresentations: 2,
    });
  });

  it.each([
    ['does not exist', undefined],
    ['is not well-formed', MPD.replace('</Period>', '')],
    ['is something else', '<html></html>'],
    ['has no duration', MPD.replace('PT1M8.5S', '')],
  ])('that %s is invalid', async (_, text) => {
    expect(
      await readDash('videos/1/index.mpd', reading({ 'videos/1/index.mpd': text })),
    ).toBeUndefined();
  });
});
