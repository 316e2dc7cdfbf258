import type { MediaFacts } from '../../core/contract/media.ts';
import type { GivenReason, MediaReasonCode } from '../../core/contract/reasons.ts';
import { transcodeJob } from '../../core/transcoding/transcode-job.ts';
import { parseSourceKey } from '../../core/uploads/object-keys.ts';
import type { UploadPolicy } from '../../core/uploads/upload-policy.ts';
import type { MediaInspector } from '../ports/inspection.ts';
import { type ReserveOutputPorts, reserveOutput } from './reserve-output.ts';

export interface InspectUploadPorts extends ReserveOutputPorts {
  readonly inspector: MediaInspector;
  readonly policy: UploadPolicy;
  readonly outputBucket: string;
}

export interface InspectUploadInput {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  /** With or without quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly declared: { readonly contentType: string; readonly size: number };
}

export type InspectUploadOutcome = { readonly counters: object } & (
  | {
      readonly outcome: 'accepted';
      readonly media: MediaFacts;
      /** Arguments of CreateJob. */
      readonly job: object;
      /** Whether a moderator has to approve. */
      readonly review: boolean;
    }
  | { readonly outcome: 'rejected'; readonly reason: GivenReason<MediaReasonCode> }
  /** The file is accepted, and cannot be processed today. */
  | { readonly outcome: 'failed'; readonly reason: GivenReason<'daily_output_exceeded'> }
);

/**
 * Inspects a claimed object, and reserves what its video takes of the day's budget of output. Invalid media and a used
 * budget are outcomes, never errors.
 *
 * @param now milliseconds since the epoch
 */
export async function inspectUpload(
  ports: InspectUploadPorts,
  { uploadId, bucket, key, versionId, etag, size, declared }: InspectUploadInput,
  now: number,
): Promise<InspectUploadOutcome> {
  const { inspector, policy, outputBucket } = ports;
  const object = { bucket, key, versionId, etag: `"${etag.replaceAll('"', '')}"`, size };
  const { inspection, counters } = await inspector.inspect(object, declared, policy);
  if (inspection.outcome === 'rejected') return { ...inspection, counters };
  const owner = parseSourceKey(key)?.owner;
  if (owner === undefined) throw new TypeError(`${key} is not the key of a source.`);
  const exceeded = await reserveOutput(ports, { uploadId, owner }, inspection.media, now);
  if (exceeded) return { outcome: 'failed', reason: exceeded, counters };
  const job = transcodeJob({
    uploadId,
    facts: inspection.media,
    sourceBucket: bucket,
    sourceKey: key,
    outputBucket,
    clientRequestToken: uploadId,
  });
  return { ...inspection, job, review: policy.review, counters };
}
