import {
  ArnPrincipal,
  CfnRole,
  type IRole,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { MAX_GRANT_SECONDS } from '../core/uploads/upload-policy.ts';
import {
  acknowledgeWildcard,
  onPartsOfSources,
  onPostedForms,
  onPresignedSources,
  type Permission,
} from './permissions.ts';

export interface SignerRoleProps {
  readonly description: string;
  readonly policyName: string;
  /** The one thing that what it signs may do. */
  readonly permission: Permission;
}

/** Whose credentials sign grants. What a presigned request may do is what its signer may do. */
export class SignerRole extends Construct {
  readonly roleArn: string;
  readonly #trust = new PolicyDocument();

  constructor(scope: Construct, id: string, props: SignerRoleProps) {
    super(scope, id);
    const { description, policyName, permission } = props;
    const role = new CfnRole(this, 'Role', {
      description,
      assumeRolePolicyDocument: this.#trust,
      maxSessionDuration: MAX_GRANT_SECONDS,
      policies: [
        { policyName, policyDocument: new PolicyDocument({ statements: [permission.statement] }) },
      ],
    });
    this.roleArn = role.attrArn;
    acknowledgeWildcard(role, permission);
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

/** A signer for each way in which a file comes, so that none of them can do what another grants. */
export interface Signers {
  readonly parts: SignerRole;
  readonly objects: SignerRole;
  readonly forms: SignerRole;
}

export function signersOf(scope: Construct, sourceBucket: Bucket): Signers {
  return {
    parts: new SignerRole(scope, 'Signer', {
      description: 'Signs part grants: may put parts below uploads/, nothing else.',
      policyName: 'put-parts',
      permission: onPartsOfSources(sourceBucket),
    }),
    objects: new SignerRole(scope, 'ObjectSigner', {
      description: 'Signs single requests: may put objects below uploads/ by URL, nothing else.',
      policyName: 'put-objects',
      permission: onPresignedSources(sourceBucket),
    }),
    forms: new SignerRole(scope, 'FormSigner', {
      description: 'Signs forms: may post files below forms/, nothing else.',
      policyName: 'post-forms',
      permission: onPostedForms(sourceBucket),
    }),
  };
}
