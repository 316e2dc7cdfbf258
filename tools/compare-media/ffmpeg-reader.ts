import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FfmpegFacts } from './ffmpeg-facts.ts';

/** FFmpeg reads every packet of a file: some seconds for the largest test files. */
const MAX_MS = 60_000;

export interface FfmpegReader {
  /** A file that ends FFmpeg, or keeps it busy for more than a minute, is reported as one that it does not decode. */
  read(file: string): Promise<FfmpegFacts>;
  close(): void;
}

export function ffmpegReader(): FfmpegReader {
  let child: ChildProcess | undefined;
  return {
    async read(file) {
      child ??= await started();
      const reader = child;
      const { promise, resolve } = Promise.withResolvers<FfmpegFacts>();
      const giveUp = (why: string) => {
        reader.kill('SIGKILL');
        child = undefined;
        resolve({ decodes: false, why });
      };
      const timer = setTimeout(() => giveUp(`FFmpeg takes more than ${MAX_MS} ms.`), MAX_MS);
      const onExit = () => giveUp('FFmpeg ended unexpectedly.');
      reader.once('message', resolve);
      reader.once('exit', onExit);
      reader.send(file);
      const facts = await promise;
      clearTimeout(timer);
      reader.off('message', resolve);
      reader.off('exit', onExit);
      return facts;
    },
    close: () => child?.disconnect(),
  };
}

async function started(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'ffmpeg-process.ts'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await once(child, 'message');
  return child;
}
