import { INSPECTION_BUDGET } from '../../../core/media/inspection-budget.ts';
import { defaultUploadPolicy } from '../../../core/uploads/upload-policy.ts';
import { type Inspection, inspectMedia } from '../../../functions/media/inspect-media.ts';
import {
  type InspectionBudget,
  type RangedReader,
  rangedReader,
} from '../../../functions/media/ranged-reader.ts';

export const BUDGET: InspectionBudget = INSPECTION_BUDGET;

export interface Outcome {
  /** `accepted`, or the reason code. */
  readonly code: string;
  readonly inspection: Inspection;
  readonly cost: ReturnType<RangedReader['cost']>;
}

/** Inspects bytes in memory as if they were an object in a bucket. */
export async function inspect(
  bytes: Uint8Array,
  contentType = 'video/mp4',
  budget = BUDGET,
): Promise<Outcome> {
  const fetchRange = async (start: number, end: number) => bytes.slice(start, end);
  const reader = rangedReader(bytes.length, fetchRange, budget, () => performance.now());
  const declared = { contentType, size: bytes.length };
  const inspection = await inspectMedia(reader, declared, defaultUploadPolicy);
  const code = inspection.outcome === 'accepted' ? 'accepted' : inspection.reason.code;
  return { code, inspection, cost: reader.cost() };
}
