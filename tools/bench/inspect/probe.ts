import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CREDENTIALS, REGION } from '../s3/bucket.ts';
import { runFfprobe } from './ffprobe.ts';
import type { ProbeResponse } from './probe-response.ts';

/** The inspecting programs; ffprobe only where the machine has one. */
export type ProbedBy = 'reelgate' | 'ffmpeg' | 'ffprobe';

export interface ProbeOrder {
  readonly by: ProbedBy;
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  /** Presigned, for FFmpeg. */
  readonly url: string;
}

export interface Prober {
  probe(order: ProbeOrder): Promise<ProbeResponse>;
  close(): void;
}

/**
 * Starts a process with the inspector, FFmpeg's libraries and the environment variables of a Lambda
 * function. ffprobe is a separate program.
 *
 * @param ffprobe its path, where there is one
 */
export async function startProber(endpoint: string, ffprobe?: string): Promise<Prober> {
  const child = fork(join(import.meta.dirname, 'probe-process.ts'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      POWERTOOLS_SERVICE_NAME: 'inspect-media',
      POWERTOOLS_METRICS_NAMESPACE: 'reelgate',
      POWERTOOLS_LOG_LEVEL: 'ERROR',
    },
  });
  await once(child, 'message');
  return {
    async probe(order) {
      if (order.by === 'ffprobe') return runFfprobe(ffprobe ?? 'ffprobe', order.url);
      const message = once(child, 'message');
      child.send(order);
      const [response] = (await message) as [ProbeResponse | { error: string }];
      if ('error' in response) throw new Error(`${order.by} on ${order.key}: ${response.error}`);
      return response;
    },
    close: () => child.disconnect(),
  };
}
