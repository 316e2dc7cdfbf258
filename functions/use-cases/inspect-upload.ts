import type { MediaFacts } from '../../core/contract/media.ts';
import type { GivenReason, MediaReasonCode } from '../../core/contract/reasons.ts';
import { transcodeJob } from '../../core/transcoding/transcode-job.ts';
import type { UploadPolicy } from '../../core/uploads/upload-policy.ts';
import type { MediaInspector } from '../ports/inspection.ts';

export interface InspectUploadPorts {
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
);

/** Inspects a claimed object. Invalid media is an outcome, never an error. */
export async function inspectUpload(
  { inspector, policy, outputBucket }: InspectUploadPorts,
  { uploadId, bucket, key, versionId, etag, size, declared }: InspectUploadInput,
): Promise<InspectUploadOutcome> {
  const object = { bucket, key, versionId, etag: `"${etag.replaceAll('"', '')}"`, size };
  const { inspection, counters } = await inspector.inspect(object, declared, policy);
  if (inspection.outcome === 'rejected') return { ...inspection, counters };
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
