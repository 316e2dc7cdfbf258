// Run in a separate process: node make-media.ts FOLDER [NAME…]. Jest cannot load native addons twice, and a
// crash of FFmpeg should fail one test file only.
import { readFileSync, writeFileSync } from 'node:fs';
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
if (wanted.length > 0) process.exit(0);
const plain = readFileSync(join(folder, 'plain.mp4'));
writeFileSync(join(folder, 'cut-off.mp4'), plain.subarray(0, Math.floor(plain.length / 2)));
writeFileSync(join(folder, 'empty.mp4'), '');
writeFileSync(
  join(folder, 'playlist.mp4'),
  `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:5,\nfile://${join(folder, 'plain.mp4')}\n#EXT-X-ENDLIST\n`,
);
process.exit(0);
