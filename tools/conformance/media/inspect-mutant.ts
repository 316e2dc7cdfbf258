import { rejectionCodes } from '../../../core/contract/reasons.ts';
import { INSPECTION_BUDGET } from '../../../core/media/inspection-budget.ts';
import type { Inspector, ReadCost } from './inspector.ts';
import type { Mutant } from './mutations.ts';

/** The result for one file. */
export interface Inspection extends ReadCost {
  /** `accepted` or the reason's code; absent if the inspection failed. */
  readonly result?: string;
  /** Duration of the inspection. */
  readonly ms: number;
  /** Growth of the process's memory in bytes. */
  readonly growth: number;
  /** Violations, each a phrase. */
  readonly violations: readonly string[];
}

/** Inspects one file and checks the result and its cost. */
export async function inspectMutant(
  inspector: Inspector,
  { file, contentType }: Pick<Mutant, 'file' | 'contentType'>,
  now: () => number,
): Promise<Inspection> {
  const memory = process.memoryUsage.rss();
  const { cost: readCost, inspect } = inspector.begin(file, contentType);
  const began = now();
  const result = await inspect().then(
    ({ outcome, reason }) => checkResult(outcome, reason?.code),
    (error: unknown) => ({ violation: `an error instead of a result: ${wordsOf(error)}` }),
  );
  const ms = now() - began;
  const { reads, bytes } = readCost();
  const growth = Math.max(0, process.memoryUsage.rss() - memory);
  const cost = { reads, bytes, ms };
  const over = (['reads', 'bytes', 'ms'] as const).flatMap((limit) =>
    cost[limit] > INSPECTION_BUDGET[limit]
      ? [`${Math.round(cost[limit])} ${limit}, maximum ${INSPECTION_BUDGET[limit]}`]
      : [],
  );
  const violations = 'violation' in result ? [result.violation, ...over] : over;
  return { ...cost, growth, violations, ...('result' in result && { result: result.result }) };
}

function checkResult(outcome: unknown, code: unknown): { result: string } | { violation: string } {
  if (outcome === 'accepted') return { result: outcome };
  const known = rejectionCodes.find((one) => one === code);
  if (outcome === 'rejected' && known !== undefined) return { result: known };
  return { violation: `the result ${String(outcome)} with the reason ${String(code)}` };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
