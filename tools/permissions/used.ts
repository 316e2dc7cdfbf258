import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEntry } from '@reelgate/local-cloud';

/** Every authorization decision of the cloud that keeps its data in `dataDir`. */
export function readTrail(dataDir: string): AuditEntry[] {
  return readFileSync(join(dataDir, 'audit-log.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditEntry);
}

/** Calls that were refused, each once. */
export function deniedCalls(trail: readonly AuditEntry[]): AuditEntry[] {
  const seen = new Map<string, AuditEntry>();
  for (const call of trail) {
    if (call.decision !== 'denied') continue;
    const key = JSON.stringify([call.caller, call.action, call.resource]);
    if (!seen.has(key)) seen.set(key, call);
  }
  return [...seen.values()];
}

/** A refused call as a person reads it. */
export function describeDenied({ caller, action, resource }: AuditEntry): string {
  return `${caller} was denied ${action} on ${resource}`;
}
