import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Aws } from 'aws-cdk-lib/core';
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
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    grant(this.role, [
      onSources(props.data.sourceBucket, 's3:GetObject'),
      onOutputs(props.data.outputBucket, 's3:PutObject'),
    ]);
  }
}
