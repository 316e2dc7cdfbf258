import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Aws, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { DataResources } from './data-stack.ts';
import { grant, onOutputs, onSources } from './permissions.ts';

export interface TranscodingRoleProps {
  readonly data: DataResources;
}

/** The role with which MediaConvert reads sources and writes outputs, for jobs of this account only. */
export class TranscodingRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: TranscodingRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'MediaConvert reads uploads/ and writes videos/.',
      assumedBy: new ServicePrincipal('mediaconvert.amazonaws.com', {
        // https://docs.aws.amazon.com/mediaconvert/latest/ug/confused-deputy.html
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': queues(this) },
        },
      }),
    });
    grant(this.role, [
      onSources(props.data.sourceBucket, 's3:GetObject'),
      onOutputs(props.data.outputBucket, 's3:PutObject'),
    ]);
  }
}

/** The queues of this account and region, in whose name MediaConvert assumes the role. */
function queues(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'mediaconvert',
    resource: 'queues',
    resourceName: '*',
  });
}
