import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { makeMedia } from '@reelgate/local-cloud/testing';
import type { MediaFacts } from '../../../../core/contract/media.ts';
import { inspect } from '../../../kit/media/memory-object.ts';

type Media = Omit<Parameters<typeof makeMedia>[0], 'out'>;

/** It stands for no container, so that only the bytes decide. */
const ANY = 'application/octet-stream';
const SECONDS = 4;
const H264 = {
  encoder: 'libx264',
  options: { preset: 'ultrafast', g: 25 },
};
const picture = (more: Partial<Media['video'] & object> = {}, filters = '') => ({
  graph: `testsrc2=size=320x180:rate=25:duration=${SECONDS}${filters},format=yuv420p`,
  ...H264,
  ...more,
});
/** What each encoder takes: the sample format, and samples in a frame. */
const SOUNDS = {
  aac: ['fltp', 1024],
  mp2: ['s16', 1152],
  libmp3lame: ['fltp', 1152],
  alac: ['s16p', 4096],
  libopus: ['flt', 960],
} as const;

const tone = (encoder: keyof typeof SOUNDS) => {
  const [format, samples] = SOUNDS[encoder];
  const shape = `aformat=sample_fmts=${format},asetnsamples=n=${samples}:p=0`;
  const graph = `sine=frequency=440:sample_rate=48000:duration=${SECONDS},${shape}`;
  return { graph, encoder };
};

/** Muxers of FFmpeg. */
const FORMATS: Readonly<Record<string, string>> = {
  '.ts': 'mpegts',
  '.avi': 'avi',
  '.mpg': 'vob',
  '.mov': 'mov',
  '.mp4': 'mp4',
  '.mkv': 'matroska',
  '.flv': 'flv',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelgate-real-videos-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function made(name: string, media: Media): Promise<Buffer> {
  const out = join(folder, name);
  const format = FORMATS[extname(name)];
  await makeMedia({ ...media, out, ...(format && { format }) } as Parameters<typeof makeMedia>[0]);
  return readFile(out);
}

async function factsOf(bytes: Uint8Array): Promise<MediaFacts> {
  const { inspection } = await inspect(bytes, ANY);
  if (inspection.outcome === 'rejected') throw new Error(JSON.stringify(inspection.reason));
  return inspection.media;
}

describe('A video with', () => {
  it.each([
    ['MPEG-2 and MP2 in a transport stream', 'a.ts', 'mpeg2video', 'mp2', ['mpeg2', 'mp2']],
    ['MPEG-4 and MP3 in an AVI', 'c.avi', 'mpeg4', 'libmp3lame', ['mpeg4', 'mp3']],
    ['MPEG-2 and MP2 in a program stream', 'd.mpg', 'mpeg2video', 'mp2', ['mpeg2', 'mp2']],
    ['H.264 and ALAC in a MOV', 'e.mov', 'libx264', 'alac', ['h264', 'alac']],
    ['H.264 and MP2 in Matroska', 'f.mkv', 'libx264', 'mp2', ['h264', 'mp2']],
    ['H.264 and Opus in a transport stream', 'g.ts', 'libx264', 'libopus', ['h264', 'opus']],
    ['H.264 and AAC in an FLV', 'h.flv', 'libx264', 'aac', ['h264', 'aac']],
  ])('%s is accepted with its sound and length', async (_, name, encoder, sound, codecs) => {
    const options = encoder === 'libx264' ? H264.options : { g: 25 };
    const facts = await factsOf(
      await made(name, {
        video: picture({ encoder, options }),
        audio: tone(sound as keyof typeof SOUNDS),
      }),
    );
    expect([facts.video[0]?.codec, facts.audio[0]?.codec]).toEqual(codecs);
    expect(facts.video[0]).toMatchObject({ displayWidth: 320, displayHeight: 180 });
    expect(Math.abs(facts.durationSeconds - SECONDS)).toBeLessThan(0.3);
  });

  it('interlaced pictures in a transport stream has its whole height', async () => {
    const video = picture({
      graph: `testsrc2=size=720x576:rate=50:duration=${SECONDS},tinterlace=interleave_top,setsar=16/11,format=yuv420p`,
      options: { ...H264.options, flags: '+ildct+ilme', 'x264-params': 'tff=1:interlaced=1' },
    });
    const facts = await factsOf(await made('interlaced.ts', { video }));
    expect(facts.video[0]).toMatchObject({
      codedHeight: 576,
      displayWidth: 1047,
      displayHeight: 576,
      interlaced: true,
    });
  });

  it('two joined transport streams has the length of both', async () => {
    const one = await made('one.ts', { video: picture(), audio: tone('aac') });
    const facts = await factsOf(Buffer.concat([one, one]));
    expect(Math.abs(facts.durationSeconds - 2 * SECONDS)).toBeLessThan(0.3);
  });

  it('an index in front of each fragment has the length of all fragments', async () => {
    const bytes = await made('sidx.mp4', {
      video: picture(),
      formatOptions: { movflags: 'frag_keyframe+empty_moov+default_base_moof+dash' },
    });
    expect((await factsOf(bytes)).durationSeconds).toBeCloseTo(SECONDS, 1);
  });

  it('fragments behind a movie box with samples has the length of both', async () => {
    const bytes = await made('samples.mp4', {
      video: picture(),
      formatOptions: { movflags: 'frag_keyframe' },
    });
    expect((await factsOf(bytes)).durationSeconds).toBeCloseTo(SECONDS, 1);
  });

  it('240 frames a second is accepted', async () => {
    const video = picture({ graph: 'testsrc2=size=320x180:rate=240:duration=1,format=yuv420p' });
    expect((await factsOf(await made('slow.mov', { video }))).video[0]?.frameRate).toBeCloseTo(
      240,
      0,
    );
  });

  it('an index and no media is rejected', async () => {
    const bytes = await made('media.mp4', {
      video: picture(),
      formatOptions: { movflags: '+faststart' },
    });
    const cut = bytes.subarray(0, bytes.indexOf('mdat') - 4);
    expect((await inspect(cut, ANY)).code).toBe('media_damaged');
  });
});
