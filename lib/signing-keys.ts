import type { KeyValueStore } from 'aws-cdk-lib/aws-cloudfront';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { onKeyValues, onSecret } from './permissions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import { powertools, type Telemetry } from './telemetry.ts';

export interface SigningKeysProps {
  readonly values: KeyValueStore;
  readonly telemetry: Telemetry;
}

const ROTATE_EVERY_DAYS = 30;

/** The secret with the keys that sign playback tokens, and its rotation. */
export class SigningKeys extends Construct {
  readonly secretArn: string;

  constructor(scope: Construct, id: string, props: SigningKeysProps) {
    super(scope, id);
    const { values, telemetry } = props;
    const secret = new CfnSecret(this, 'Secret', {
      description: 'Keys that sign playback tokens',
      // A placeholder, never a key: the first rotation, which starts at once, replaces it.
      generateSecretString: {},
    });
    this.secretArn = secret.ref;
    const rotate = new ReelgateFunction(this, 'RotateSigningKeys', {
      name: 'rotate-signing-keys',
      description: 'Makes and publishes a new key for playback tokens',
      environment: {
        ...powertools('rotate-signing-keys', telemetry),
        SIGNING_SECRET_ARN: this.secretArn,
        KEY_VALUE_STORE_ARN: values.keyValueStoreArn,
      },
      permissions: [
        onSecret(
          this.secretArn,
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:DescribeSecret',
          'secretsmanager:UpdateSecretVersionStage',
        ),
        onKeyValues(
          values,
          'cloudfront-keyvaluestore:DescribeKeyValueStore',
          'cloudfront-keyvaluestore:GetKey',
          'cloudfront-keyvaluestore:UpdateKeys',
        ),
      ],
      telemetry,
      timeoutSeconds: 30,
      memorySize: 512,
    });
    const permission = new CfnPermission(this, 'MayInvoke', {
      action: 'lambda:InvokeFunction',
      functionName: rotate.function.functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: this.secretArn,
    });
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: this.secretArn,
      rotationLambdaArn: rotate.function.functionArn,
      rotationRules: { automaticallyAfterDays: ROTATE_EVERY_DAYS },
      rotateImmediatelyOnUpdate: true,
    });
    // The first rotation starts with the schedule, and needs all of these.
    schedule.node.addDependency(permission, rotate.role, values);
  }
}
