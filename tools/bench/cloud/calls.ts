import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEntry } from '@reelgate/local-cloud';
import type { HostedCloud } from '../../../test/kit/hosted-cloud.ts';

/** How often each action was asked for by anybody but the operator and MediaConvert: `states:StartExecution` → 3. */
export type CallCounts = ReadonlyMap<string, number>;

/** MediaConvert's own requests to S3 depend on the video's length, and are the same whoever asks for the job. */
const TRANSCODER = /transcod/i;

/** Counts every authorization on the cloud's trail so far: each AWS call leaves one at least. */
export function callCounts({ data }: Pick<HostedCloud, 'data'>): CallCounts {
  const counts = new Map<string, number>();
  for (const line of readFileSync(join(data, 'audit-log.ndjson'), 'utf8').trimEnd().split('\n')) {
    const { caller, action } = JSON.parse(line) as AuditEntry;
    if (caller === 'root' || TRANSCODER.test(caller)) continue;
    counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  return counts;
}

/** What came on top of `before`. */
export function callsSince(before: CallCounts, after: CallCounts): CallCounts {
  const changes = [...after].map(
    ([action, count]) => [action, count - (before.get(action) ?? 0)] as const,
  );
  return new Map(changes.filter(([, count]) => count > 0));
}

export function total(counts: CallCounts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
