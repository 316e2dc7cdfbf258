import { upload, watch } from '@reelgate/client';
import { playbackOf } from '../../tools/cloud/playback-of.ts';
import { contentTypeOf } from '../../tools/demo/content-type.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';
import { CONVERSION_CASES } from '../kit/media/conversion-cases.ts';
import { convertedVideo } from '../kit/media/converted-video.ts';
import { SECONDS } from '../kit/media/real-videos.ts';

/** The first cases; with REELGATE_CASES=all every case, which takes some minutes. */
const cases = CONVERSION_CASES.filter(
  ({ always }) => always || process.env.REELGATE_CASES === 'all',
);

let cloud: HostedCloud;
beforeAll(async () => {
  cloud = await hostCloud();
});
afterAll(() => cloud?.close());

/** The sine of FFmpeg has an amplitude of 1/8. */
const LOUDNESS = 0.125 / Math.SQRT2;

describe('A video through the whole pipeline', () => {
  it.each(cases)('has the length, shape, color and sound of its source: $name', async (one) => {
    const token = await cloud.tokenOf('uploader-a');
    const api = { api: cloud.hosted.api, getToken: () => token };
    const file = new Blob([Uint8Array.from(await one.make())]);
    const sent = upload(file, { ...api, fileName: one.file, contentType: contentTypeOf(one.file) });
    const ended = await watch((await sent.done).id, { ...api, everyMs: 200 });
    const { converted } = one;
    if (converted.failure) {
      expect(ended).toMatchObject({ status: 'failed', reason: { code: converted.failure } });
      return;
    }
    expect({ status: ended.status, reason: ended.reason }).toEqual({ status: 'ready' });
    const made = await convertedVideo(await playbackOf(cloud.hosted.api, token, ended.id));
    const { seconds = SECONDS, size = [320, 180], frameRate = 25, channels = 0 } = converted;
    for (const length of [made.hlsSeconds, made.dashSeconds]) {
      expect(Math.abs(length - seconds)).toBeLessThan(0.3);
    }
    expect([made.picture.width, made.picture.height]).toEqual(size);
    expect(Math.abs(made.frameRate - frameRate)).toBeLessThan(1);
    expect(made.channels).toBe(channels);
    if (channels > 0) {
      expect(made.loudness).toBeGreaterThan(LOUDNESS / 2);
      expect(made.loudness).toBeLessThan(LOUDNESS * 1.5);
    }
    const { primaries, transfer, matrix, fullRange } = made.picture.color;
    expect(fullRange).toBe(false);
    if (converted.color) expect([primaries, transfer, matrix]).toEqual(converted.color);
    if (converted.bright !== undefined) {
      const { quarters } = made.picture;
      expect(quarters.indexOf(Math.max(...quarters))).toBe(converted.bright);
    }
    if (converted.deinterlaced) expect(made.picture.combing).toBeLessThan(1);
  });
});
