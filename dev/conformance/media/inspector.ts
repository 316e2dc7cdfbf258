import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSPECTION_BUDGET } from '../../../core/inspection-budget.ts';
import type { UploadPolicy } from '../../../core/upload-policy.ts';
import { ROOT } from '../../folders.ts';

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

interface Reader {
  cost(): Spent;
}

/** What is used of `functions/media`. */
interface InspectorModules {
  rangedReader(
    size: number,
    fetchRange: (start: number, end: number) => Promise<Uint8Array>,
    budget: typeof INSPECTION_BUDGET,
    now: () => number,
  ): Reader;
  inspectMedia(
    reader: Reader,
    declared: { readonly contentType: string; readonly size: number },
    policy: UploadPolicy,
  ): Promise<Inspected>;
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

/**
 * The inspector as it is deployed. Functions are named by path and never imported from here, as the stacks do;
 * `test/unit/conformance-media.test.ts` holds the shapes above against the modules.
 */
export async function deployedInspector(policy: UploadPolicy): Promise<Inspector> {
  const load = (name: string) =>
    import(pathToFileURL(join(ROOT, 'functions', 'media', name)).href) as Promise<unknown>;
  const { rangedReader } = (await load('ranged-reader.ts')) as InspectorModules;
  const { inspectMedia } = (await load('inspect-media.ts')) as InspectorModules;
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
