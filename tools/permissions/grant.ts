import type { AuditEntry } from '@reelgate/local-cloud';
import { type Grant, grantCovers } from '@reelgate/local-cloud/policies';

/** The grant as a person reads it. */
export function describeGrant({ place, holder, action, resource, ...more }: Grant): string {
  const who = holder.startsWith('arn:') ? '' : `${holder}: `;
  const source = more.sourceArn ? ` for ${more.sourceArn}` : '';
  return `${place}: ${who}${action} on ${resource}${source}${more.condition ? ` if ${more.condition}` : ''}`;
}

/**
 * The grants that no call on the trail shows to be needed. One with a wildcard for actions is always among
 * them: it allows more than any run can use.
 */
export function unusedOf(grants: readonly Grant[], trail: readonly AuditEntry[]): Grant[] {
  return grants.filter((grant) => {
    if (/[*?]/.test(grant.action)) return true;
    const calls = trail.filter((call) => grantCovers(grant, call));
    if (grant.condition === undefined) return calls.length === 0;
    // A condition's keys are not on the trail: only a call that nothing else allows shows that it held.
    const others = grants.filter((other) => other !== grant);
    return calls.every((call) => others.some((other) => grantCovers(other, call)));
  });
}
