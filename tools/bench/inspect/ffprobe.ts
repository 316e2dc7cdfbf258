import { spawn, spawnSync } from 'node:child_process';
import type { ProbeResponse } from './probe-response.ts';

export interface Ffprobe {
  readonly path: string;
  /** From its own output: `7.1`, `N-66595-gc2b38619c0-static`. */
  readonly version: string;
}

/** Each place without a usable ffprobe, and why. */
export interface NoFfprobe {
  readonly missing: readonly string[];
}

/**
 * The ffprobe in FFPROBE, else the pinned one that npm has installed, else the one on the PATH.
 *
 * @throws Error if the one in FFPROBE does not run: no other is measured in its place
 */
export async function findFfprobe(
  environment: NodeJS.ProcessEnv,
  installed: () => Promise<string> = installedPath,
): Promise<Ffprobe | NoFfprobe> {
  const named = environment.FFPROBE;
  const tryPath = (path: string) => tryFfprobe(environment, path);
  if (named !== undefined) {
    const found = tryPath(named);
    if (typeof found === 'string') throw new Error(`FFPROBE: ${found}`);
    return found;
  }
  const missing: string[] = [];
  try {
    const found = tryPath(await installed());
    if (typeof found !== 'string') return found;
    // With npm's --ignore-scripts the file is not executable.
    missing.push(`${found} (npm rebuild makes it executable)`);
  } catch (error) {
    missing.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
  const found = tryPath('ffprobe');
  if (typeof found !== 'string') return found;
  return { missing: [...missing, found] };
}

/** @throws Error if the package has no program for this platform */
async function installedPath(): Promise<string> {
  return (await import('@ffprobe-installer/ffprobe')).default.path;
}

function tryFfprobe(env: NodeJS.ProcessEnv, path: string): Ffprobe | string {
  const { stdout, error } = spawnSync(path, ['-version'], { encoding: 'utf8', env });
  const version = /^ffprobe version (\S+)/.exec(stdout ?? '')?.[1];
  if (version !== undefined) return { path, version };
  return error ? error.message : `${path} does not print the version of an ffprobe.`;
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

/** Runs ffprobe on a URL and reads its JSON. @throws Error with its error output */
export async function runFfprobe(path: string, url: string): Promise<ProbeResponse> {
  const began = performance.now();
  const child = spawn(path, [
    ...['-v', 'error', '-of', 'json', '-show_format', '-show_streams'],
    url,
  ]);
  let [output, errors] = ['', ''];
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`ffprobe exited with ${code}: ${errors}`);
  const { format, streams } = JSON.parse(output) as Report;
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
