export const DENY_POLICY_NAME = 'intake-closed';

/**
 * Functions may sign grants for some seconds after the switch, and the clocks of the operator and of AWS differ a little:
 * the sessions of the next minutes are denied too. After the intake is opened the policy is gone.
 */
const MARGIN_MS = 5 * 60_000;

/**
 * Denies everything to the sessions of a role that began before `now`, and so to every request that one of them has
 * signed. IAM examines the policies of a role at the time of the request:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 *
 * @param now milliseconds since the epoch
 */
export function denyEarlierSessions(now: number): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          DateLessThan: { 'aws:TokenIssueTime': new Date(now + MARGIN_MS).toISOString() },
        },
      },
    ],
  };
}
