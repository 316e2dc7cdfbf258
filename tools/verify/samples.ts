import { join } from 'node:path';
import { makeMedia } from '@reelgate/local-cloud/testing';
import { makeSampleVideo } from '../sample-video/make-sample-video.ts';
import type { VideoWalk } from './findings.ts';

const SECONDS = 2;
const PICTURE = `testsrc2=size=640x360:rate=30:duration=${SECONDS},format=yuv420p`;
const X264 = { preset: 'veryfast' } as const;
/** The number of samples that the AAC encoder takes at a time. */
const AAC_FRAMES = 'asetnsamples=n=1024:p=0';
const STEREO = `sine=frequency=440:duration=${SECONDS},aformat=sample_fmts=fltp:channel_layouts=stereo,${AAC_FRAMES}`;
/** A tone in the center channel only: a mix that takes left and right alone is silent. */
const SURROUND = `aevalsrc=exprs='0|0|0.3*sin(880*PI*t)|0|0|0':c=5.1:s=48000:d=${SECONDS},aformat=sample_fmts=fltp,${AAC_FRAMES}`;
/** Quarter turn clockwise: the display matrix of a telephone held upright. */
const QUARTER_TURN = [0, 65536, 0, -65536, 0, 0, 0, 0, 1073741824];
/** A bar that moves sideways by several pixels a field; in progressive frames its edges would be combs. */
const FIELDS = `color=c=black:size=640x360:rate=50:duration=${SECONDS},format=yuv420p,geq=lum='if(lt(mod(X-N*8,80),40),200,40)':cb=128:cr=128,tinterlace=interleave_top,format=yuv420p`;

/** Short videos, one for each walk; together less than a minute of output on MediaConvert. */
export async function makeSamples(folder: string): Promise<Readonly<Record<VideoWalk, string>>> {
  const path = (name: string) => join(folder, name);
  // Larger than one part of 8 MiB.
  await makeSampleVideo({
    out: path('landscape.mp4'),
    seconds: SECONDS,
    width: 640,
    height: 360,
    megabytes: 9,
  });
  const video = { graph: PICTURE, encoder: 'libx264', options: X264 };
  await makeMedia({
    out: path('turned.mp4'),
    video: { ...video, displayMatrix: QUARTER_TURN },
    audio: { graph: STEREO, encoder: 'aac' },
  });
  await makeMedia({
    out: path('surround.mp4'),
    video,
    audio: { graph: SURROUND, encoder: 'aac' },
  });
  await makeMedia({ out: path('silent.mp4'), video });
  await makeMedia({
    out: path('interlaced.ts'),
    format: 'mpegts',
    video: {
      graph: FIELDS,
      encoder: 'libx264',
      options: { ...X264, flags: '+ildct+ilme', 'x264-params': 'tff=1:interlaced=1' },
    },
  });
  return {
    multipart: path('landscape.mp4'),
    put: path('turned.mp4'),
    form: path('surround.mp4'),
    companion: path('silent.mp4'),
    interlaced: path('interlaced.ts'),
  };
}
