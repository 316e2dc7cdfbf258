import type { Findings } from './findings.ts';

/** `unknown`: the walk that would show it did not get that far. */
export type Verdict = 'as_assumed' | 'differs' | 'unknown';

export interface Observation {
  /** One sentence: what was seen. */
  readonly seen: string;
  readonly verdict: Verdict;
}

/** One assumption about AWS that no document settles, or one path of the product. */
export interface Row {
  readonly id: string;
  readonly assumption: string;
  readonly observe: (findings: Findings) => Observation;
  /** What it means for the product and what to do, if it is otherwise. */
  readonly followsIfDiffers: string;
}

export const asAssumed = (seen: string): Observation => ({ seen, verdict: 'as_assumed' });
export const differs = (seen: string): Observation => ({ seen, verdict: 'differs' });
export const unknown = (seen: string): Observation => ({ seen, verdict: 'unknown' });
