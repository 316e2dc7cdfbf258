import { decide } from '../../iam/decision.ts';
import { compilePolicy, type PolicyDocument } from '../../iam/policy-document.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Authorize } from '../../shared/caller.ts';
import { accountOf } from './account.ts';

const EVERYTHING: PolicyDocument = compilePolicy(
  { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  'identity',
  'The operator',
);

/**
 * Permissions for S3 without IAM, where each credential is an account: an account may do everything with its
 * own resources, and nothing with those of others unless a bucket policy or an ACL allows it.
 */
export const authorizeByOwnership: Authorize = (request) => {
  const { caller, action, resource, context = {}, resourcePolicy } = request;
  const account = accountOf(caller)?.id;
  const owner = context['s3:resourceaccount'];
  const decision = decide({
    caller,
    action,
    resource,
    context,
    identityPolicies:
      account !== undefined && (owner === undefined || owner === account) ? [EVERYTHING] : [],
    resourcePolicy:
      resourcePolicy === undefined
        ? undefined
        : compilePolicy(resourcePolicy, 'resource', 'The bucket policy'),
  });
  if (decision.allowed) return;
  throw new AwsError('AccessDenied', 'Access Denied', 403);
};
