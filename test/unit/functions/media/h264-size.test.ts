import { h264Size } from '../../../../functions/media/h264-size.ts';
import { H264, picture, realVideo } from '../../../kit/media/real-videos.ts';

const stream = (size: string, options: object, format = 'yuv420p', filters = '') =>
  realVideo('stream.h264', {
    format: 'h264',
    video: picture({
      graph: `testsrc2=size=${size}:rate=25:duration=0.2${filters},format=${format}`,
      options: { ...H264.options, ...options },
    }),
  });

describe('The size of an H.264 stream', () => {
  it.each([
    ['cropped at the bottom', '320x180', {}, 'yuv420p', [320, 180, false]],
    ['cropped at the right', '324x192', {}, 'yuv420p', [324, 192, false]],
    ['with all colour', '322x181', { profile: 'high444' }, 'yuv444p', [322, 181, false]],
    [
      'with scaling lists',
      '320x192',
      { profile: 'high', cqm: 'jvt' },
      'yuv420p',
      [320, 192, false],
    ],
  ] as const)('is read: %s', async (_, size, options, format, [width, height, interlaced]) => {
    expect(h264Size(await stream(size, options, format))).toEqual({ width, height, interlaced });
  });

  it('is that of whole pictures where fields are stored', async () => {
    const options = { flags: '+ildct+ilme', 'x264-params': 'tff=1:interlaced=1' };
    const bytes = await stream('720x576', options, 'yuv420p', ',tinterlace=interleave_top');
    expect(h264Size(bytes)).toEqual({ width: 720, height: 576, interlaced: true });
  });

  it('is unknown without a whole parameter set', async () => {
    const bytes = await stream('320x180', {});
    const at = bytes.indexOf(Buffer.from([0, 0, 1, 0x67]));
    expect(h264Size(bytes.subarray(0, at + 8))).toBeUndefined();
    expect(h264Size(Buffer.from([0, 0, 1, 0x67]))).toBeUndefined();
    expect(h264Size(Buffer.alloc(0))).toBeUndefined();
  });

  it('is unknown, or possible, for any bytes', () => {
    for (let seed = 1; seed < 2_000; seed += 1) {
      const noise = Array.from({ length: 40 }, (_, at) => (seed * 7919 + at * at * 104_729) & 0xff);
      const size = h264Size(Buffer.from([0, 0, 1, 0x67, 100, ...noise]));
      if (size) expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(16_384);
    }
  });
});
