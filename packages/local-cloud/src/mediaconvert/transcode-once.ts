import type { Credentials } from '../shared/caller.ts';
import { startJobProcess } from './jobs/job-process.ts';
import { jobSettings } from './settings/job-settings.ts';
import { refusal } from './settings/refusal.ts';
import type { OutputGroupDetail } from './transcode/job-messages.ts';

export interface TranscodeOnceOptions {
  /** `settings` of CreateJob with the names on the wire. */
  readonly settings: unknown;
  readonly s3Endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** An empty folder for outputs that are not stored yet. */
  readonly folder: string;
}

const MEMORY_LIMIT = 3 * 1024 ** 3;

/**
 * Runs the transcoder of one job in a process of its own, without queue and events, and resolves with its report.
 *
 * @throws AwsError if the settings are refused; Error with the code and message of a failed job
 */
export function transcodeOnce(
  options: TranscodeOnceOptions,
): Promise<readonly OutputGroupDetail[]> {
  const { s3Endpoint, region, folder, credentials } = options;
  const parsed = jobSettings.safeParse(options.settings);
  if (!parsed.success) throw refusal(parsed.error, options.settings);
  const settings = parsed.data;
  return new Promise((resolve, reject) => {
    startJobProcess({
      order: { type: 'job', settings, s3Endpoint, region, folder, memoryLimit: MEMORY_LIMIT },
      credentials: () => credentials,
      onMessage(message) {
        if (message.type === 'done') resolve(message.outputGroupDetails);
        if (message.type === 'failed') reject(new Error(`${message.code}: ${message.message}`));
      },
    });
  });
}
