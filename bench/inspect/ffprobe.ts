import { spawn, spawnSync } from 'node:child_process';
import type { ProbeAnswer } from './probe.ts';

/** The ffprobe of this machine: FFPROBE, else the one on the PATH; undefined without. */
export function findFfprobe(): { path: string; version: string } | undefined {
  const path = process.env.FFPROBE ?? 'ffprobe';
  const { stdout } = spawnSync(path, ['-version'], { encoding: 'utf8' });
  const version = /^ffprobe version (\S+)/.exec(stdout ?? '')?.[1];
  return version === undefined ? undefined : { path, version };
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
export async function runFfprobe(path: string, url: string): Promise<ProbeAnswer> {
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
