import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateJobCommand, type Job } from '@aws-sdk/client-mediaconvert';
import { type Harness, put, read, runScript, startHarness } from './harness.ts';
import { type JobPlan, request } from './job.ts';

export type Decodable = Record<
  string,
  { kind: 'picture' | 'sound' | 'still'; keys: readonly string[] }
>;

/** An engine with synthetic media. */
export interface Studio {
  readonly harness: Harness;
  /** Uploads the file, runs a job and waits for its end. Outputs go to `<file>/` or `to`. */
  run(file: string, plan: Omit<JobPlan, 'input' | 'to'>, to?: string): Promise<Job>;
  /** Uploads the file and returns its address. */
  upload(file: string): Promise<string>;
  /** Decodes stored outputs, each from the concatenation of its objects. */
  decode<T>(items: Decodable): Promise<Record<string, T>>;
  close(): Promise<void>;
}

/** Creates the named media, or all. */
export async function openStudio(...names: string[]): Promise<Studio> {
  const media = await mkdtemp(join(tmpdir(), 'media-'));
  await runScript('make-media.ts', [media, ...names]);
  const harness = await startHarness();
  const upload = (file: string) => put(harness.s3, media, file);
  return {
    harness,
    upload,
    async run(file, plan, to = `${file}/`) {
      const input = await upload(file);
      const { Job: job } = await harness.client.send(
        new CreateJobCommand(request({ ...plan, input, to })),
      );
      return harness.ended(job?.Id);
    },
    async decode(items) {
      const input: Record<string, unknown> = {};
      for (const [name, { kind, keys }] of Object.entries(items)) {
        const files = await Promise.all(keys.map((key) => read(harness.s3, key)));
        input[name] = { kind, files: files.map(({ bytes }) => bytes.toString('base64')) };
      }
      return JSON.parse(await runScript('decode-outputs.ts', [], JSON.stringify(input)));
    },
    async close() {
      await harness.stop();
      await rm(media, { recursive: true });
    },
  };
}
