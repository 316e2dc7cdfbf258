import type { MediaFacts } from '../../core/contract/media.ts';
import type { GivenReason, MediaReasonCode } from '../../core/contract/reasons.ts';
import type { UploadPolicy } from '../../core/uploads/upload-policy.ts';

/** One version of a source, as S3 reported it. */
export interface InspectedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  /** In quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

export type Inspection =
  | { readonly outcome: 'accepted'; readonly media: MediaFacts }
  | { readonly outcome: 'rejected'; readonly reason: GivenReason<MediaReasonCode> };

export interface MediaInspector {
  /** Reads ranges of the object within a budget; `counters` is what that cost. */
  inspect(
    object: InspectedObject,
    declared: { readonly contentType: string; readonly size: number },
    policy: UploadPolicy,
  ): Promise<{ readonly inspection: Inspection; readonly counters: object }>;
}
