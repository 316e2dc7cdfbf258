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
  onSources,
  type Permission,
} from './permissions.ts';

export interface SignerRoleProps {
  readonly description: string;
  readonly policyName: string;
  /** The single permission of its presigned requests. */
  readonly permission: Permission;
}

/** A role whose credentials sign grants. A presigned request has the permissions of its signer. */
export class SignerRole extends Construct {
  readonly roleArn: string;
  readonly roleName: string;
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
    this.roleName = role.ref;
    acknowledgeWildcard(role, permission);
  }

  /** Allows `role` to assume the signer role. */
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

/** One signer for each upload method, so that no grant allows what another method allows. */
export interface Signers {
  readonly parts: SignerRole;
  readonly objects: SignerRole;
  readonly forms: SignerRole;
  /** Signs downloads, no grant. */
  readonly originals: SignerRole;
}

export function signersOf(scope: Construct, sourceBucket: Bucket): Signers {
  return {
    parts: new SignerRole(scope, 'Signer', {
      description: 'Signs part grants. Can only put parts below uploads/.',
      policyName: 'put-parts',
      permission: onPartsOfSources(sourceBucket),
    }),
    objects: new SignerRole(scope, 'ObjectSigner', {
      description: 'Signs PUT grants. Can only put objects below uploads/, by presigned URL.',
      policyName: 'put-objects',
      permission: onPresignedSources(sourceBucket),
    }),
    forms: new SignerRole(scope, 'FormSigner', {
      description: 'Signs form grants. Can only post files below forms/.',
      policyName: 'post-forms',
      permission: onPostedForms(sourceBucket),
    }),
    originals: new SignerRole(scope, 'OriginalSigner', {
      description: 'Signs downloads. Can only get objects below uploads/.',
      policyName: 'get-originals',
      permission: onSources(sourceBucket, 's3:GetObject'),
    }),
  };
}
