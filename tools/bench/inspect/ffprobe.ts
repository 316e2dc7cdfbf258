import { spawn, spawnSync } from 'node:child_process';
import type { ProbeResponse } from './probe-response.ts';

export interface Ffprobe {
  readonly path: string;
  /** As it tells itself: `7.1`, `N-66595-gc2b38619c0-static`. */
  readonly version: string;
}

/** Where an ffprobe was looked for in vain, and why it was none: a sentence each. */
export interface NoFfprobe {
  readonly missing: readonly string[];
}

/**
 * The ffprobe that FFPROBE names, else the pinned one that npm has installed, else the one on the PATH. One that is
 * named and does not run is refused: nothing else is measured in its place.
 *
 * @throws Error where FFPROBE names what does not run
 */
export async function findFfprobe(
  environment: NodeJS.ProcessEnv,
  installed: () => Promise<string> = installedPath,
): Promise<Ffprobe | NoFfprobe> {
  const named = environment.FFPROBE;
  const tried = (path: string) => triedWith(environment, path);
  if (named !== undefined) {
    const found = tried(named);
    if (typeof found === 'string') throw new Error(`FFPROBE: ${found}`);
    return found;
  }
  const missing: string[] = [];
  try {
    const found = tried(await installed());
    if (typeof found !== 'string') return found;
    // npm's --ignore-scripts leaves it without the right to run.
    missing.push(`${found} (npm rebuild lets its install script make it executable)`);
  } catch (error) {
    missing.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
  const found = tried('ffprobe');
  if (typeof found !== 'string') return found;
  return { missing: [...missing, found] };
}

/** The package throws where it has no program for this platform. */
async function installedPath(): Promise<string> {
  return (await import('@ffprobe-installer/ffprobe')).default.path;
}

function triedWith(env: NodeJS.ProcessEnv, path: string): Ffprobe | string {
  const { stdout, error } = spawnSync(path, ['-version'], { encoding: 'utf8', env });
  const version = /^ffprobe version (\S+)/.exec(stdout ?? '')?.[1];
  if (version !== undefined) return { path, version };
  return error ? error.message : `${path} does not answer as ffprobe does.`;
}

interface Report {
  readonly format: { readonly duration: string };
  readonly streams: readonly {
    readonly codec_type: string;
    readonly codec_name: string;
    readonly width?: number;
    readonly height?: number;
  }[];
}

/** Runs ffprobe as whoever needs its facts does: a process, a URL, JSON. @throws Error with what it complained of */
export async function runFfprobe(path: string, url: string): Promise<ProbeResponse> {
  const began = performance.now();
  const child = spawn(path, [
    ...['-v', 'error', '-of', 'json', '-show_format', '-show_streams'],
    url,
  ]);
  let [told, complaints] = ['', ''];
  child.stdout.on('data', (text) => {
    told += text;
  });
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`ffprobe ended with ${code}: ${complaints}`);
  const { format, streams } = JSON.parse(told) as Report;
  const ms = performance.now() - began;
  const video = streams.find((stream) => stream.codec_type === 'video');
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  return {
    ms,
    durationSeconds: Number(format.duration),
    width: video?.width ?? 0,
    height: video?.height ?? 0,
    codecs: [video?.codec_name ?? '', audio?.codec_name ?? ''],
  };
}
