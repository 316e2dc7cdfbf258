import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { makeMedia } from '@reelgate/local-cloud/testing';
import type { MediaFacts } from '../../../core/contract/media.ts';
import { inspect } from './memory-object.ts';

export type Media = Omit<Parameters<typeof makeMedia>[0], 'out'>;

/** It stands for no container, so that only the bytes decide. */
export const ANY = 'application/octet-stream';
export const SECONDS = 4;
export const H264 = {
  encoder: 'libx264',
  options: { preset: 'ultrafast', g: 25 },
};

/** Moving pictures of 320x180. */
export function picture(more: Partial<Media['video'] & object> = {}, filters = '') {
  return {
    graph: `testsrc2=size=320x180:rate=25:duration=${SECONDS}${filters},format=yuv420p`,
    ...H264,
    ...more,
  };
}

/** What each encoder takes: the sample format, and samples in a frame. */
const SOUNDS = {
  aac: ['fltp', 1024],
  mp2: ['s16', 1152],
  libmp3lame: ['fltp', 1152],
  alac: ['s16p', 4096],
  libopus: ['flt', 960],
  pcm_s16le: ['s16', 1024],
  pcm_bluray: ['s16', 240],
  dca: ['s32', 512],
} as const;

export type Sound = keyof typeof SOUNDS;

export function tone(encoder: Sound, { seconds = SECONDS, filters = '', channels = 1 } = {}) {
  const [format, samples] = SOUNDS[encoder];
  const layout = channels === 1 ? '' : `:channel_layouts=${channels}c`;
  const shape = `aformat=sample_fmts=${format}${layout},asetnsamples=n=${samples}:p=0`;
  const graph = `sine=frequency=440:sample_rate=48000:duration=${seconds}${filters},${shape}`;
  return { graph, encoder, options: { strict: -2 } };
}

/** Muxers of FFmpeg. */
const FORMATS: Readonly<Record<string, string>> = {
  '.ts': 'mpegts',
  '.m2ts': 'mpegts',
  '.avi': 'avi',
  '.mpg': 'vob',
  '.mov': 'mov',
  '.mp4': 'mp4',
  '.mkv': 'matroska',
  '.webm': 'webm',
  '.flv': 'flv',
};

/** Makes the file by FFmpeg in a folder of its own. */
export async function realVideo(name: string, media: Media): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-real-video-'));
  try {
    const out = join(folder, name);
    const format = FORMATS[extname(name)];
    await makeMedia({ ...media, out, ...(format && { format }) } as Parameters<
      typeof makeMedia
    >[0]);
    return await readFile(out);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws Error with the reason of a refusal */
export async function factsOf(bytes: Uint8Array): Promise<MediaFacts> {
  const { inspection } = await inspect(bytes, ANY);
  if (inspection.outcome === 'rejected') throw new Error(JSON.stringify(inspection.reason));
  return inspection.media;
}
