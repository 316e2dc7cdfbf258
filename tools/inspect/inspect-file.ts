import { open } from 'node:fs/promises';
import type { MediaFacts } from '../../core/contract/media.ts';
import type { GivenReason, MediaReasonCode } from '../../core/contract/reasons.ts';
import { INSPECTION_BUDGET } from '../../core/media/inspection-budget.ts';
import { transcodeJob } from '../../core/transcoding/transcode-job.ts';
import { defaultUploadPolicy } from '../../core/uploads/upload-policy.ts';
import { inspectMedia } from '../../functions/media/inspect-media.ts';
import { rangedReader } from '../../functions/media/ranged-reader.ts';

export interface InspectedFile {
  readonly file: string;
  readonly verdict: 'accepted' | 'rejected';
  readonly reason?: GivenReason<MediaReasonCode>;
  readonly media?: MediaFacts;
  readonly reads: number;
  readonly bytes: number;
  readonly ms: number;
  /** Arguments of CreateJob. */
  readonly job?: object;
}

/** It stands for no container, so that only the file's bytes decide. */
const ANY_TYPE = 'application/octet-stream';

/**
 * Inspects a file on disk with the code of the pipeline.
 * @throws Error if the file cannot be read
 */
export async function inspectFile(
  file: string,
  { job = false }: { readonly job?: boolean } = {},
): Promise<InspectedFile> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const fetchRange = async (start: number, end: number) => {
      const { buffer, bytesRead } = await handle.read(
        new Uint8Array(end - start),
        0,
        end - start,
        start,
      );
      return buffer.subarray(0, bytesRead);
    };
    const reader = rangedReader(size, fetchRange, INSPECTION_BUDGET, () => performance.now());
    const declared = { contentType: ANY_TYPE, size };
    const { outcome, ...result } = await inspectMedia(reader, declared, defaultUploadPolicy);
    const { reads, bytes, ms } = reader.cost();
    const described = { file, verdict: outcome, ...result, reads, bytes, ms };
    return job && 'media' in result ? { ...described, job: jobOf(result.media) } : described;
  } finally {
    await handle.close();
  }
}

function jobOf(facts: MediaFacts): object {
  return transcodeJob({
    uploadId: 'UPLOAD_ID',
    facts,
    sourceBucket: 'SOURCE_BUCKET',
    sourceKey: 'SOURCE_KEY',
    outputBucket: 'OUTPUT_BUCKET',
    clientRequestToken: 'UPLOAD_ID',
  });
}
