import type { AuditEntry } from '@reelgate/local-cloud';
import { type Grant, grantCovers } from '@reelgate/local-cloud/policies';

/** A grant in words. */
export function describeGrant({ place, holder, action, resource, ...more }: Grant): string {
  const who = holder.startsWith('arn:') ? '' : `${holder}: `;
  const source = more.sourceArn ? ` for ${more.sourceArn}` : '';
  return `${place}: ${who}${action} on ${resource}${source}${more.condition ? ` if ${more.condition}` : ''}`;
}

/**
 * The grants that no call in the audit log needs. A grant with a wildcard in its action is always one of them,
 * because it allows more than any run can use.
 */
export function unusedOf(grants: readonly Grant[], auditLog: readonly AuditEntry[]): Grant[] {
  return grants.filter((grant) => {
    if (/[*?]/.test(grant.action)) return true;
    const calls = auditLog.filter((call) => grantCovers(grant, call));
    if (grant.condition === undefined) return calls.length === 0;
    // The audit log has no condition keys: only a call that no other grant allows shows that the condition was met.
    const others = grants.filter((other) => other !== grant);
    return calls.every((call) => others.some((other) => grantCovers(other, call)));
  });
}
