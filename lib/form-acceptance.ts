import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FORM_PREFIX } from '../core/uploads/object-keys.ts';
import type { Configuration } from './configuration.ts';
import type { DataResources } from './data-stack.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { FailedInvocations } from './failed-invocations.ts';
import { onForms, onSources, onUploads } from './permissions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import { powertools, type Telemetry } from './telemetry.ts';

export interface FormAcceptanceProps {
  readonly data: DataResources;
  readonly deadLetters: DeadLetters;
  readonly failedInvocations: FailedInvocations;
  readonly telemetry: Telemetry;
  readonly formsAtOnce: Configuration['formsAtOnce'];
}

/** Accepts files posted to `forms/`: copies the first file to the source of its upload, and deletes the others. */
export class FormAcceptance extends Construct {
  readonly acceptForm: LambdaFunction;

  constructor(scope: Construct, id: string, props: FormAcceptanceProps) {
    super(scope, id);
    const { data, deadLetters, failedInvocations, telemetry, formsAtOnce } = props;
    const { table, sourceBucket } = data;
    const acceptForm = new ReelgateFunction(this, 'AcceptForm', {
      name: 'accept-form',
      description: 'Copies a file posted by a form to the source of its upload',
      environment: {
        ...powertools('accept-form', telemetry),
        TABLE_NAME: table.tableName,
        SOURCE_BUCKET: sourceBucket.bucketName,
      },
      permissions: [
        onUploads(table, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
        onForms(sourceBucket, 's3:GetObjectVersion', 's3:DeleteObjectVersion'),
        onSources(sourceBucket, 's3:PutObject', 's3:AbortMultipartUpload'),
      ],
      telemetry,
      // Copying 5 GiB in S3 takes one to two minutes.
      timeoutSeconds: 600,
      memorySize: 512,
      // Lambda keeps the other events for as long as `maximumEventAgeInSeconds`.
      reservedConcurrency: formsAtOnce === 'unlimited' ? undefined : formsAtOnce,
    });
    this.acceptForm = acceptForm.function;
    failedInvocations.keep(acceptForm, {
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 21_600,
    });
    const rule = new CfnRule(this, 'Rule', {
      description: 'Accepts a file that was posted by a form.',
      eventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: [sourceBucket.bucketName] },
          object: { key: [{ prefix: FORM_PREFIX }] },
        },
      },
      targets: [
        {
          id: 'accept-form',
          arn: this.acceptForm.functionArn,
          deadLetterConfig: { arn: deadLetters.queue.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        },
      ],
    });
    deadLetters.accept(rule);
    new CfnPermission(this, 'MayInvoke', {
      action: 'lambda:InvokeFunction',
      functionName: this.acceptForm.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }
}
