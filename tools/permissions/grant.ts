import { type AuditEntry, compilePolicyPattern, type Pattern } from '@reelgate/local-cloud';

/** One thing that a template allows: a single action on a single pattern of resources. */
export interface Grant {
  /** A role's ARN, or a service (`events.amazonaws.com`). */
  readonly holder: string;
  /** Where it stands: the CDK path of the resource that gives it. */
  readonly place: string;
  readonly action: string;
  readonly resource: string;
  /** For a service: what it must act for (`aws:SourceArn`), a pattern. */
  readonly sourceArn?: string;
  /** The rest of the statement's condition, as JSON. */
  readonly condition?: string;
}

/** The grant as a person reads it. */
export function describeGrant({ place, holder, action, resource, ...more }: Grant): string {
  const who = holder.startsWith('arn:') ? '' : `${holder}: `;
  const source = more.sourceArn ? ` for ${more.sourceArn}` : '';
  return `${place}: ${who}${action} on ${resource}${source}${more.condition ? ` if ${more.condition}` : ''}`;
}

const patterns = new Map<string, Pattern>();

function matches(pattern: string, value: string, ignoreCase = false): boolean {
  const key = `${ignoreCase} ${pattern}`;
  const known = patterns.get(key) ?? compilePolicyPattern(pattern, { wildcards: true, ignoreCase });
  patterns.set(key, known);
  return known.matches(value, {});
}

/** Whether an allowed call is one that this grant allows, its condition left aside. */
function covers(grant: Grant, call: AuditEntry): boolean {
  return (
    call.decision === 'allowed' &&
    grant.holder === call.caller &&
    matches(grant.action, call.action, true) &&
    matches(grant.resource, call.resource) &&
    (grant.sourceArn === undefined || matches(grant.sourceArn, call.sourceArn ?? ''))
  );
}

/**
 * The grants that no call on the trail shows to be needed. One with a wildcard for actions is always among
 * them: it allows more than any run can use.
 */
export function unusedOf(grants: readonly Grant[], trail: readonly AuditEntry[]): Grant[] {
  return grants.filter((grant) => {
    if (/[*?]/.test(grant.action)) return true;
    const calls = trail.filter((call) => covers(grant, call));
    if (grant.condition === undefined) return calls.length === 0;
    // A condition's keys are not on the trail: only a call that nothing else allows shows that it held.
    const others = grants.filter((other) => other !== grant);
    return calls.every((call) => others.some((other) => covers(other, call)));
  });
}
