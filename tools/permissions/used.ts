import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEntry } from '@reelgate/local-cloud';

/** Every authorization decision of the cloud with this data folder. */
export function readAuditLog(dataDir: string): AuditEntry[] {
  return readFileSync(join(dataDir, 'audit-log.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditEntry);
}

/** Denied calls, without duplicates. */
export function deniedCalls(auditLog: readonly AuditEntry[]): AuditEntry[] {
  const seen = new Map<string, AuditEntry>();
  for (const call of auditLog) {
    if (call.decision !== 'denied') continue;
    const key = JSON.stringify([call.caller, call.action, call.resource]);
    if (!seen.has(key)) seen.set(key, call);
  }
  return [...seen.values()];
}

/** A denied call in words. */
export function describeDenied({ caller, action, resource }: AuditEntry): string {
  return `${caller} was denied ${action} on ${resource}`;
}
