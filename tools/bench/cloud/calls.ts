import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEntry } from '@reelgate/local-cloud';
import type { HostedCloud } from '../../../test/kit/hosted-cloud.ts';

/** Calls by action, without those of the operator and MediaConvert: `states:StartExecution` → 3. */
export type CallCounts = ReadonlyMap<string, number>;

/** MediaConvert's requests to S3 depend only on the video's length, so they are the same for any workflow. */
const TRANSCODER = /transcod/i;

/** Counts the entries of the audit log so far; each AWS call writes at least one. */
export function callCounts({ data }: Pick<HostedCloud, 'data'>): CallCounts {
  const counts = new Map<string, number>();
  for (const line of readFileSync(join(data, 'audit-log.ndjson'), 'utf8').trimEnd().split('\n')) {
    const { caller, action } = JSON.parse(line) as AuditEntry;
    if (caller === 'root' || TRANSCODER.test(caller)) continue;
    counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  return counts;
}

/** The calls after `before`. */
export function callsSince(before: CallCounts, after: CallCounts): CallCounts {
  const changes = [...after].map(
    ([action, count]) => [action, count - (before.get(action) ?? 0)] as const,
  );
  return new Map(changes.filter(([, count]) => count > 0));
}

export function total(counts: CallCounts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
