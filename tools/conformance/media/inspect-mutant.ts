import { rejectionCodes } from '../../../core/contract/reasons.ts';
import { INSPECTION_BUDGET } from '../../../core/media/inspection-budget.ts';
import type { Inspector, Spent } from './inspector.ts';
import type { Mutant } from './mutations.ts';

/** What one file came to. */
export interface Inspection extends Spent {
  /** `accepted`, or the code of the reason; absent where there was no verdict. */
  readonly verdict?: string;
  /** Milliseconds from the first look to the verdict. */
  readonly ms: number;
  /** Bytes by which the process has grown. */
  readonly growth: number;
  /** What must not be: each a sentence. */
  readonly faults: readonly string[];
}

/** Has one file inspected, and holds verdict and cost against what they may be. */
export async function inspectMutant(
  inspector: Inspector,
  { file, contentType }: Pick<Mutant, 'file' | 'contentType'>,
  now: () => number,
): Promise<Inspection> {
  const memory = process.memoryUsage.rss();
  const { spent, inspect } = inspector.begin(file, contentType);
  const began = now();
  const result = await inspect().then(
    ({ verdict, reason }) => told(verdict, reason?.code),
    (error: unknown) => ({ fault: `no verdict, but an error: ${wordsOf(error)}` }),
  );
  const ms = now() - began;
  const { reads, bytes } = spent();
  const growth = Math.max(0, process.memoryUsage.rss() - memory);
  const cost = { reads, bytes, ms };
  const over = (['reads', 'bytes', 'ms'] as const).flatMap((limit) =>
    cost[limit] > INSPECTION_BUDGET[limit]
      ? [`${Math.round(cost[limit])} ${limit}; allowed are ${INSPECTION_BUDGET[limit]}`]
      : [],
  );
  const faults = 'fault' in result ? [result.fault, ...over] : over;
  return { ...cost, growth, faults, ...('verdict' in result && { verdict: result.verdict }) };
}

function told(verdict: unknown, code: unknown): { verdict: string } | { fault: string } {
  if (verdict === 'accepted') return { verdict };
  const known = rejectionCodes.find((one) => one === code);
  if (verdict === 'rejected' && known !== undefined) return { verdict: known };
  return { fault: `no verdict, but ${String(verdict)} with the reason ${String(code)}` };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
