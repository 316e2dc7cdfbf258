import type { Caller } from '../shared/caller.ts';
import type { PolicyDocument, Statement } from './policy-document.ts';
import type { Context } from './policy-pattern.ts';
import type { Fit } from './principal.ts';

export interface DecisionRequest {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  /** Empty for callers other than roles. */
  readonly identityPolicies: readonly PolicyDocument[];
  readonly sessionPolicy?: PolicyDocument | undefined;
  readonly resourcePolicy?: PolicyDocument | undefined;
  /**
   * For AssumeRole: the trust policy of the role must allow the call; the policy of an identity is not
   * enough.
   */
  readonly resourceMustAgree?: boolean;
}

type PolicyOrigin = 'an identity-based policy' | 'a session policy' | 'a resource-based policy';

export type Decision =
  | { readonly allowed: true }
  /** `why` is the end of AWS's message: `User: … is not authorized to perform: … on resource: … <why>`. */
  | { readonly allowed: false; readonly why: string };

/**
 * AWS's order of evaluation within one account: an explicit deny wins; otherwise the policy of the resource
 * or of the identity must allow the call, and the session policy too.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function decide(request: DecisionRequest): Decision {
  const { caller, action } = request;
  const session = request.sessionPolicy ? [request.sessionPolicy] : [];
  const resource = request.resourcePolicy ? [request.resourcePolicy] : [];

  const layers: [PolicyOrigin, readonly PolicyDocument[]][] = [
    ['an identity-based policy', request.identityPolicies],
    ['a session policy', session],
    ['a resource-based policy', resource],
  ];
  for (const [origin, policies] of layers) {
    if (strongest(policies, 'Deny', request) !== 'none')
      return refuse(`with an explicit deny in ${origin}`);
  }

  const byResource = strongest(resource, 'Allow', request);
  if (caller.kind === 'service' || caller.kind === 'anonymous') {
    return byResource === 'none' ? missing('resource-based', action) : { allowed: true };
  }
  if (request.resourceMustAgree && byResource === 'none') return missing('resource-based', action);
  // The operator has every permission that no policy denies.
  if (caller.kind === 'root' || byResource === 'session') return { allowed: true };
  if (session.length > 0 && strongest(session, 'Allow', request) === 'none') {
    return missing('session', action);
  }
  if (byResource === 'direct') return { allowed: true };
  return strongest(request.identityPolicies, 'Allow', request) === 'none'
    ? missing('identity-based', action)
    : { allowed: true };
}

function refuse(why: string): Decision {
  return { allowed: false, why };
}

function missing(kind: 'identity-based' | 'resource-based' | 'session', action: string): Decision {
  return refuse(`because no ${kind} policy allows the ${action} action`);
}

const STRENGTH: readonly Fit[] = ['none', 'account', 'direct', 'session'];

function strongest(
  policies: readonly PolicyDocument[],
  effect: Statement['effect'],
  { caller, action, resource, context }: DecisionRequest,
): Fit {
  let best: Fit = 'none';
  for (const { statements } of policies) {
    for (const statement of statements) {
      if (statement.effect !== effect || !statement.coversAction(action)) continue;
      const fit = statement.principals(caller);
      if (STRENGTH.indexOf(fit) <= STRENGTH.indexOf(best)) continue;
      if (!statement.coversResource(resource, context)) continue;
      if (statement.conditions.every((condition) => condition(context))) best = fit;
    }
  }
  return best;
}
