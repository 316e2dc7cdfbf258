import { INSPECTION_BUDGET } from '../../../core/media/inspection-budget.ts';
import type { UploadPolicy } from '../../../core/uploads/upload-policy.ts';
import { inspectMedia } from '../../../functions/media/inspect-media.ts';
import { rangedReader } from '../../../functions/media/ranged-reader.ts';

/** What an inspection answers: see `functions/media/inspect-media.ts`. */
export interface Inspected {
  readonly verdict: unknown;
  readonly reason?: { readonly code?: unknown };
}

/** What a reader has spent. */
export interface Spent {
  readonly reads: number;
  readonly bytes: number;
}

/** Inspects a file that lies in memory; what it has spent is told also where it throws. */
export interface Inspector {
  begin(
    file: Uint8Array,
    contentType: string,
  ): {
    readonly spent: () => Spent;
    readonly inspect: () => Promise<Inspected>;
  };
}

/** The inspector as it is deployed, before a file in place of S3's object. */
export function deployedInspector(policy: UploadPolicy): Inspector {
  return {
    begin(file, contentType) {
      // S3 answers with bytes of its own: what an inspection keeps must not keep the whole file.
      const fetchRange = async (start: number, end: number) =>
        Uint8Array.from(file.subarray(start, end));
      const reader = rangedReader(file.length, fetchRange, INSPECTION_BUDGET, () =>
        performance.now(),
      );
      const declared = { contentType, size: file.length };
      return { spent: () => reader.cost(), inspect: () => inspectMedia(reader, declared, policy) };
    },
  };
}
