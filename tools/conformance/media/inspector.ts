import { INSPECTION_BUDGET } from '../../../core/media/inspection-budget.ts';
import type { UploadPolicy } from '../../../core/uploads/upload-policy.ts';
import { inspectMedia } from '../../../functions/media/inspect-media.ts';
import { rangedReader } from '../../../functions/media/ranged-reader.ts';

/** The result of an inspection: see `functions/media/inspect-media.ts`. */
export interface Inspected {
  readonly outcome: unknown;
  readonly reason?: { readonly code?: unknown };
}

/** The cost of reading. */
export interface ReadCost {
  readonly reads: number;
  readonly bytes: number;
}

/** Inspects a file in memory. The cost is available after an error too. */
export interface Inspector {
  begin(
    file: Uint8Array,
    contentType: string,
  ): {
    readonly cost: () => ReadCost;
    readonly inspect: () => Promise<Inspected>;
  };
}

/** The deployed inspector, which reads from memory instead of S3. */
export function deployedInspector(policy: UploadPolicy): Inspector {
  return {
    begin(file, contentType) {
      // Copies, as S3 returns them: a slice that the inspection keeps must not keep the whole file.
      const fetchRange = async (start: number, end: number) =>
        Uint8Array.from(file.subarray(start, end));
      const reader = rangedReader(file.length, fetchRange, INSPECTION_BUDGET, () =>
        performance.now(),
      );
      const declared = { contentType, size: file.length };
      return { cost: () => reader.cost(), inspect: () => inspectMedia(reader, declared, policy) };
    },
  };
}
