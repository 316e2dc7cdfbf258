import { compilePolicy, type PolicyDocument } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';

const allow = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

/**
 * The supported managed policies of AWS, as published:
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const AWS_MANAGED: Readonly<Record<string, unknown>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': allow(
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess': allow(
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ),
};

/**
 * Throws PolicyError for a policy whose document is not in this file: a guess could grant or deny the wrong
 * calls.
 */
export function awsManagedPolicy(arn: string): PolicyDocument {
  if (!Object.hasOwn(AWS_MANAGED, arn)) {
    throw new PolicyError(
      `The AWS managed policy ${arn} is not supported; supported are ${Object.keys(AWS_MANAGED).join(', ')}.`,
    );
  }
  return compilePolicy(AWS_MANAGED[arn], 'identity', arn);
}
