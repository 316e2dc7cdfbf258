import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeMedia, type SyntheticMedia } from '@reelgate/local-cloud/testing';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { temporaryFolder } from '../../cloud/temporary-folder.ts';
import type { Original } from './mutations.ts';
import { structureOf } from './structure.ts';

/** Mutants are made in memory, and an inspection reads only the ends of a file. */
const MAX_BYTES = 32 * 1024 * 1024;

const PICTURE = 'testsrc2=size=160x90:rate=15:duration=2,format=yuv420p';
const H264 = {
  graph: PICTURE,
  encoder: 'libx264',
  options: { preset: 'ultrafast', g: 15 },
} as const;
const VP9 = {
  graph: PICTURE,
  encoder: 'libvpx-vp9',
  options: { deadline: 'realtime', 'cpu-used': 8, g: 15 },
} as const;
const SOUND = {
  graph: 'sine=frequency=440:sample_rate=48000:duration=2,aformat=sample_fmts=fltp',
  encoder: 'aac',
} as const;

type Recipe = Omit<SyntheticMedia, 'out'>;

/** Every accepted container in every common layout. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  'index-last.mp4': { video: H264, audio: SOUND },
  'index-first.mp4': { video: H264, formatOptions: { movflags: '+faststart' } },
  'fragmented.mp4': {
    video: H264,
    audio: SOUND,
    formatOptions: { movflags: '+frag_keyframe+empty_moov+default_base_moof' },
  },
  'film.mov': { format: 'mov', video: H264, audio: SOUND },
  'film.webm': { format: 'webm', video: VP9 },
  'live.webm': { format: 'webm', video: VP9, formatOptions: { live: 1 } },
  'film.mkv': { format: 'matroska', video: H264, audio: SOUND },
  'film.ts': { format: 'mpegts', video: H264, audio: SOUND },
  'film.m2ts': { format: 'mpegts', video: H264, formatOptions: { mpegts_m2ts_mode: 1 } },
};

/** Makes the project's own originals. */
export async function madeOriginals(): Promise<Original[]> {
  Log.setLevel(AV_LOG_ERROR);
  const folder = temporaryFolder('media');
  try {
    const originals: Original[] = [];
    for (const [name, recipe] of Object.entries(RECIPES)) {
      const out = join(folder.path, name);
      await makeMedia({ ...recipe, out });
      originals.push(originalOf(name, await readFile(out)));
    }
    return originals;
  } finally {
    folder.remove();
  }
}

/**
 * Reads every file of a folder, without its subfolders, in the order of the names. Files that are empty or larger
 * than 32 MiB are left out and listed.
 */
export async function givenOriginals(
  folder: string,
): Promise<{ readonly originals: readonly Original[]; readonly leftOut: readonly string[] }> {
  const originals: Original[] = [];
  const leftOut: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const found = await stat(path);
    if (!found.isFile()) continue;
    if (found.size === 0 || found.size > MAX_BYTES) leftOut.push(`${name} (${found.size} bytes)`);
    else originals.push(originalOf(name, await readFile(path)));
  }
  return { originals, leftOut };
}

function originalOf(name: string, file: Buffer): Original {
  return { name, file, structure: structureOf(file) };
}
