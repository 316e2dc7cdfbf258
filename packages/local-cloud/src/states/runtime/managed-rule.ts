import { ACCOUNT_ID, REGION } from '../../shared/account.ts';
import type { Authorize } from '../../shared/caller.ts';

/**
 * Step Functions gets the end of a job from a rule that it manages in the account, with the permission of the
 * role: https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
 * @throws AwsError AccessDenied
 */
export function checkManagedRule(
  rule: string,
  roleArn: string,
  sessionName: string,
  authorize: Authorize,
): void {
  for (const action of ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'])
    authorize({
      caller: { kind: 'role', roleArn, sessionName },
      action,
      resource: `arn:aws:events:${REGION}:${ACCOUNT_ID}:rule/${rule}`,
    });
}
