import type { AuditEntry } from '@reelgate/local-cloud';
import type { Grant } from '@reelgate/local-cloud/policies';

/** Grants that no run on the local cloud can use, and why the templates have them. */
export interface Explained {
  readonly actions: readonly string[];
  /** CDK path and resource of the grant; both must match. */
  readonly place?: RegExp;
  readonly resource?: RegExp;
  readonly reason: string;
}

export const EXPLAINED: readonly Explained[] = [
  {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resource: /^\*$/,
    reason:
      'Lambda and Step Functions send traces; the local cloud has none. https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html',
  },
  {
    actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    place: /\/ProcessUpload\/Role$/,
    reason:
      'Step Functions reads from X-Ray which executions to trace. https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html',
  },
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resource: /:log-group:/,
    reason:
      "Lambda writes a function's log with the function's role; the local cloud writes a file. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
  },
  {
    actions: [
      'logs:CreateLogDelivery',
      'logs:GetLogDelivery',
      'logs:UpdateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
      'logs:DescribeLogGroups',
    ],
    place: /\/ProcessUpload\/Role$/,
    reason:
      "Step Functions sets up the delivery of an execution's log with these. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  },
  {
    actions: ['s3:DeleteObject'],
    resource: /\/uploads\/\*$/,
    reason:
      'According to S3 this one is always required, in addition to s3:DeleteObjectVersion; the local S3 requires only the latter if a version is given. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html',
  },
  {
    actions: ['lambda:InvokeFunction'],
    place: /\/create-viewer-playback-Permission$/,
    reason:
      'The route needs the scope videos.play, which an operator gives to the client of a backend; the local identity provider has only the client of the pages. The walk invokes the function itself.',
  },
];

export function explains(entry: Explained, grant: Grant): boolean {
  return (
    entry.actions.includes(grant.action) &&
    (entry.place?.test(grant.place) ?? true) &&
    (entry.resource?.test(grant.resource) ?? true)
  );
}

/** A denial that is expected in a correct run. */
export interface ExpectedDenial {
  readonly caller: RegExp;
  readonly action: string;
  readonly reason: string;
}

export const EXPECTED_DENIALS: readonly ExpectedDenial[] = [
  {
    caller: /:role\/[a-z0-9-]*transcoding/,
    action: 's3:ListBucket',
    reason:
      'MediaConvert requested a source that was deleted. S3 returns 404 only to callers with s3:ListBucket and 403 to others; the job fails in both cases. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html',
  },
];

export function expects({ caller, action }: ExpectedDenial, call: AuditEntry): boolean {
  return call.decision === 'denied' && call.action === action && caller.test(call.caller);
}
