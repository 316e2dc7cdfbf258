import {
  ArnPrincipal,
  CfnRole,
  type IRole,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { LONGEST_GRANT_SECONDS } from '../core/upload-policy.ts';
import { acknowledgeWildcard, onPartsOfSources } from './permissions.ts';

export interface SignerRoleProps {
  readonly sourceBucket: Bucket;
}

/**
 * Whose credentials sign the part grants. What a presigned URL may do is what its signer may do, so this role
 * may do one thing: put parts of multipart uploads below `uploads/`.
 */
export class SignerRole extends Construct {
  readonly roleArn: string;
  readonly #trust = new PolicyDocument();

  constructor(scope: Construct, id: string, props: SignerRoleProps) {
    super(scope, id);
    const putParts = onPartsOfSources(props.sourceBucket);
    const role = new CfnRole(this, 'Role', {
      description: 'Signs part grants: may put parts below uploads/, nothing else.',
      assumeRolePolicyDocument: this.#trust,
      maxSessionDuration: LONGEST_GRANT_SECONDS,
      policies: [
        {
          policyName: 'put-parts',
          policyDocument: new PolicyDocument({ statements: [putParts.statement] }),
        },
      ],
    });
    this.roleArn = role.attrArn;
    acknowledgeWildcard(role, putParts);
  }

  /** Lets `role` sign, and gives it the permission to. */
  trust(role: IRole): void {
    this.#trust.addStatements(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        principals: [new ArnPrincipal(role.roleArn)],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [this.roleArn] }),
    );
  }
}
