import { compilePattern, type Pattern } from '../iam/policy-pattern.ts';
import type { AuditEntry } from '../shared/audit-log.ts';

/** One permission of a template: a single action on a single pattern of resources. */
export interface Grant {
  /** Who is allowed: the ARN of a role, or a service (`events.amazonaws.com`). */
  readonly holder: string;
  /** CDK path of the resource that contains the policy. */
  readonly place: string;
  readonly action: string;
  readonly resource: string;
  /** For a service: pattern of the resource that it must act for (`aws:SourceArn`). */
  readonly sourceArn?: string;
  /** The rest of the statement's condition, as JSON. */
  readonly condition?: string;
}

const patterns = new Map<string, Pattern>();

function matches(pattern: string, value: string, ignoreCase = false): boolean {
  const key = `${ignoreCase} ${pattern}`;
  const compiled = patterns.get(key) ?? compilePattern(pattern, { wildcards: true, ignoreCase });
  patterns.set(key, compiled);
  return compiled.matches(value, {});
}

/** Whether `call` was allowed and this grant allows it. The condition of the grant is not evaluated. */
export function grantCovers(grant: Grant, call: AuditEntry): boolean {
  return (
    call.decision === 'allowed' &&
    grant.holder === call.caller &&
    matches(grant.action, call.action, true) &&
    matches(grant.resource, call.resource) &&
    (grant.sourceArn === undefined || matches(grant.sourceArn, call.sourceArn ?? ''))
  );
}
