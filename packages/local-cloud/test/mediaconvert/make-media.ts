// Run in a separate process: node make-media.ts FOLDER [NAME…]. Jest cannot load native addons twice, and a
// crash of FFmpeg should fail one test file only.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { makeMedia, type SyntheticMedia } from '../../src/testing/synthetic-media.ts';

Log.setLevel(AV_LOG_ERROR);
const [folder = '.', ...wanted] = process.argv.slice(2);
const x264 = { preset: 'ultrafast', g: 30 };
const tone = (seconds: number) =>
  `sine=frequency=440:sample_rate=44100:duration=${seconds},aformat=sample_fmts=fltp:channel_layouts=stereo,asetnsamples=n=1024:p=0`;
/** White in the upper left quarter, black elsewhere, so that every rotation and reflection moves the white. */
const corner = (size: string, seconds: number) =>
  `color=c=black:size=${size}:rate=30:duration=${seconds},drawbox=x=0:y=0:w=iw/2:h=ih/2:color=white:t=fill,format=yuv420p`;

/** One brightness, given as luma of 10 bits in limited range. */
const grey = (luma: number) =>
  `color=c=black:size=320x180:rate=30:duration=1,format=yuv420p10le,geq=lum=${luma}:cb=512:cr=512`;
const x265 = (color: string) => ({
  graph: grey(572),
  encoder: 'libx265',
  options: { preset: 'ultrafast', 'x265-params': `log-level=none:${color}` },
});
/** Each channel has the expression of its number; 0 is silence. */
const channels = (layout: string, ...expressions: string[]) =>
  `aevalsrc=exprs=${expressions.join('|')}:s=48000:d=1:c=${layout},aformat=sample_fmts=s16,asetnsamples=n=1024:p=0`;
const TONE = '0.5*sin(2*PI*440*t)';
const pcm = (graph: string) => ({ graph, encoder: 'pcm_s16le' });
const moving = (size: string, rate: number, seconds: number) => ({
  graph: `testsrc2=size=${size}:rate=${rate}:duration=${seconds},format=yuv420p`,
  encoder: 'libx264',
  options: x264,
});

const files: Record<string, Omit<SyntheticMedia, 'out'>> = {
  'plain.mp4': {
    formatOptions: { movflags: '+faststart' },
    video: {
      graph: 'testsrc2=size=640x360:rate=30:duration=5,format=yuv420p',
      encoder: 'libx264',
      options: x264,
    },
    audio: { graph: tone(5), encoder: 'aac' },
  },
  'turned.mp4': {
    video: {
      graph: corner('320x180', 1),
      encoder: 'libx264',
      options: x264,
      displayMatrix: [0, 65536, 0, -65536, 0, 0, 0, 0, 1073741824],
    },
  },
  'mirrored.mp4': {
    video: {
      graph: corner('320x180', 1),
      encoder: 'libx264',
      options: x264,
      displayMatrix: [-65536, 0, 0, 0, 65536, 0, 0, 0, 1073741824],
    },
  },
  'anamorphic.mp4': {
    video: { graph: `${corner('320x180', 1)},setsar=2/1`, encoder: 'libx264', options: x264 },
  },
  'odd.mp4': {
    video: {
      graph: 'testsrc2=size=321x181:rate=25:duration=1,format=yuv444p',
      encoder: 'libx264',
      options: x264,
    },
  },
  'ten-bit.mkv': {
    format: 'matroska',
    video: {
      graph: 'testsrc2=size=320x180:rate=24:duration=1,format=yuv420p10le',
      encoder: 'libx265',
      options: { preset: 'ultrafast', 'x265-params': 'log-level=none' },
    },
    audio: { graph: tone(1).replace('fltp', 's16'), encoder: 'pcm_s16le' },
  },
  'vp9.webm': {
    format: 'webm',
    video: {
      graph: 'testsrc2=size=320x180:rate=30:duration=1,format=yuv420p',
      encoder: 'libvpx-vp9',
      options: { deadline: 'realtime', 'cpu-used': 8 },
    },
  },
  'broadcast.ts': {
    format: 'mpegts',
    video: {
      graph: 'testsrc2=size=320x180:rate=25:duration=2,format=yuv420p',
      encoder: 'mpeg2video',
    },
    audio: {
      graph:
        'sine=frequency=300:sample_rate=48000:duration=2,aformat=sample_fmts=s16:channel_layouts=mono,asetnsamples=n=1152:p=0',
      encoder: 'mp2',
    },
  },
  // Two of three frames are left out irregularly, like a phone does in the dark.
  'variable.mkv': {
    format: 'matroska',
    video: {
      graph:
        "testsrc2=size=320x180:rate=30:duration=3,select='not(mod(n,3))+eq(mod(n,7),1)',format=yuv420p",
      encoder: 'libx264',
      options: x264,
    },
    audio: { graph: tone(3), encoder: 'aac' },
  },
  // 203 cd/m², the white of subtitles and paper.
  'pq.mp4': { video: x265('colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc') },
  'hlg.mp4': { video: x265('colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc') },
  'untagged.mp4': { video: x265('') },
  'full-range.mp4': {
    video: {
      graph: 'color=c=white:size=320x180:rate=30:duration=1,scale=out_range=pc,format=yuv420p',
      encoder: 'libx264',
      options: { ...x264, 'x264-params': 'fullrange=on' },
    },
  },
  // A bar that moves sideways by several pixels a field.
  'interlaced.ts': {
    format: 'mpegts',
    video: {
      graph:
        "color=c=black:size=320x180:rate=50:duration=2,format=yuv420p,geq=lum='if(lt(mod(X-N*8,80),40),200,40)':cb=128:cr=128,tinterlace=interleave_top,format=yuv420p",
      encoder: 'libx264',
      options: { ...x264, flags: '+ildct+ilme', 'x264-params': 'tff=1:interlaced=1' },
    },
  },
  'fast.mp4': { video: moving('320x180', 120, 1) },
  'surround.mkv': {
    format: 'matroska',
    video: moving('320x180', 30, 1),
    audio: pcm(channels('5.1', '0', '0', TONE, '0', '0', '0')),
  },
  'eight-channels.mkv': {
    format: 'matroska',
    video: moving('320x180', 30, 1),
    audio: pcm(channels('7.1', '0', '0', '0', '0', '0', '0', TONE, '0')),
  },
  'two-mono-tracks.mov': {
    format: 'mov',
    video: moving('320x180', 30, 1),
    audio: pcm(channels('mono', `0.2*${TONE}`)),
    moreAudio: [pcm(channels('mono', TONE))],
  },
  'small.ts': { format: 'mpegts', video: moving('320x180', 25, 1) },
  'larger.ts': {
    format: 'mpegts',
    formatOptions: { output_ts_offset: 1 },
    video: moving('480x360', 25, 1),
  },
  'sound.mp4': { audio: { graph: tone(1), encoder: 'aac' } },
  'long.mp4': {
    formatOptions: { movflags: '+faststart' },
    video: {
      graph: 'testsrc2=size=320x180:rate=30:duration=30,format=yuv420p',
      encoder: 'libx264',
      options: { ...x264, crf: 35 },
    },
  },
};

for (const [name, file] of Object.entries(files)) {
  if (wanted.length === 0 || wanted.includes(name))
    await makeMedia({ out: join(folder, name), ...file });
}

/** Writes a file from the bytes of others, if they were made. */
function derive(name: string, from: readonly string[], change: (...bytes: Buffer[]) => Buffer) {
  const paths = from.map((each) => join(folder, each));
  if (!paths.every(existsSync)) return;
  writeFileSync(join(folder, name), change(...paths.map((path) => readFileSync(path))));
}

derive('cut-off.mp4', ['plain.mp4'], (plain) => plain.subarray(0, Math.floor(plain.length / 2)));
derive('sizes.ts', ['small.ts', 'larger.ts'], (small, larger) => Buffer.concat([small, larger]));
// Timestamps begin again, as where recordings were joined without a tool.
derive('joined.ts', ['small.ts'], (small) => Buffer.concat([small, small]));
writeFileSync(join(folder, 'empty.mp4'), '');
writeFileSync(
  join(folder, 'playlist.mp4'),
  `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:5,\nfile://${join(folder, 'plain.mp4')}\n#EXT-X-ENDLIST\n`,
);
process.exit(0);
