import { stat } from 'node:fs/promises';
import { makeMedia } from '@reelgate/local-cloud/testing';

export interface SampleVideo {
  readonly out: string;
  /** @default 20 */
  readonly seconds?: number;
  /** An even number. @default 1280 */
  readonly width?: number;
  /** An even number. @default 720 */
  readonly height?: number;
  /** The file is at least this large, in units of 10⁶ bytes. @default 24 */
  readonly megabytes?: number;
}

const FRAME_RATE = 30;
const AUDIO_BITS = 160_000;
/** A constant bitrate is missed by some percent, and the file must not be smaller than asked. */
const MARGIN = 1.08;

/**
 * Writes a video of moving colours with slow ripples and a soft chord, without any text: H.264 and AAC in an MP4
 * with its index at the beginning.
 */
export async function makeSampleVideo(sample: SampleVideo): Promise<{ bytes: number }> {
  const { out, seconds = 20, width = 1280, height = 720, megabytes = 24 } = sample;
  const bits = megabytes * 8_000_000 * MARGIN - AUDIO_BITS * seconds;
  const bitrate = Math.max(200_000, Math.round(bits / seconds));
  await makeMedia({
    out,
    formatOptions: { movflags: '+faststart' },
    video: {
      graph: picture(width, height, seconds),
      encoder: 'libx264',
      options: {
        preset: 'ultrafast',
        b: bitrate,
        minrate: bitrate,
        maxrate: bitrate,
        bufsize: bitrate,
        'nal-hrd': 'cbr',
        g: FRAME_RATE * 2,
      },
    },
    audio: { graph: chord(seconds), encoder: 'aac', options: { b: AUDIO_BITS } },
  });
  return { bytes: (await stat(out)).size };
}

/** Drawn small and enlarged, which is much faster than full size; only the noise is full size. */
function picture(width: number, height: number, seconds: number): string {
  const colours = 'c0=0x0b1d51:c1=0x725cad:c2=0x8cccd9:c3=0xffe3a9:c4=0xf2668b:n=5';
  const ripple =
    "lum='clip(lum(X,Y)*(0.82+0.18*sin(hypot(X-W*(0.5+0.3*sin(T/3)),Y-H*(0.5+0.3*cos(T/4)))/4-T*3)),0,255)'";
  return [
    `gradients=size=192x108:rate=${FRAME_RATE}:duration=${seconds}:speed=0.012:type=spiral:${colours}`,
    'format=yuv444p',
    `geq=${ripple}:cb='cb(X,Y)':cr='cr(X,Y)'`,
    `scale=${width}:${height}:flags=bicubic`,
    'noise=alls=3:allf=t',
    'setsar=1',
    'format=yuv420p',
  ].join(',');
}

/** A major seventh chord; the loudness of each voice varies at its own rate, differently on the left and right. */
function chord(seconds: number): string {
  const voices = [
    [220, 0.11],
    [277.18, 0.13],
    [329.63, 0.17],
    [415.3, 0.19],
  ] as const;
  const side = (phase: number) =>
    voices
      .map(
        ([hz, pace]) =>
          `0.11*(0.6+0.4*sin(2*PI*${pace}*t+${phase}))*(sin(2*PI*${hz}*t)+0.25*sin(4*PI*${hz}*t))`,
      )
      .join('+');
  return [
    `aevalsrc=exprs='${side(0)}|${side(1.5)}':s=48000:d=${seconds}:c=stereo`,
    `afade=t=in:d=1,afade=t=out:st=${Math.max(0, seconds - 1)}:d=1`,
    'aformat=sample_fmts=fltp',
    'asetnsamples=n=1024:p=0',
  ].join(',');
}
