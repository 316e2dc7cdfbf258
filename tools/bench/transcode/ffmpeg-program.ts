import { spawn, spawnSync } from 'node:child_process';

export interface FfmpegProgram {
  readonly path: string;
  /** From its own output: `7.1`. */
  readonly version: string;
}

/**
 * The ffmpeg in FFMPEG, else the one on the PATH; a sentence why there is none.
 *
 * @throws Error if the one in FFMPEG does not run: no other is measured in its place
 */
export function findFfmpeg(environment: NodeJS.ProcessEnv): FfmpegProgram | string {
  const named = environment.FFMPEG;
  const path = named ?? 'ffmpeg';
  const { stdout, error } = spawnSync(path, ['-version'], { encoding: 'utf8', env: environment });
  const version = /^ffmpeg version (\S+)/.exec(stdout ?? '')?.[1];
  if (version !== undefined) return { path, version };
  const why = error ? error.message : `${path} does not print the version of an ffmpeg.`;
  if (named !== undefined) throw new Error(`FFMPEG: ${why}`);
  return why;
}

/** @throws Error with its error output */
export async function runFfmpeg(path: string, command: readonly string[]): Promise<void> {
  const child = spawn(path, ['-v', 'error', '-nostdin', '-y', ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors = `${errors}${text}`.slice(-2_000);
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`ffmpeg exited with ${code}: ${errors}`);
}
