import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { PROGRESS_STATUSES } from '../core/transcoding/job-event.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { FailedInvocations } from './failed-invocations.ts';
import { onJobProgress } from './permissions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import { powertools, type Telemetry } from './telemetry.ts';

export interface JobProgressProps {
  readonly table: Table;
  readonly deadLetters: DeadLetters;
  readonly failedInvocations: FailedInvocations;
  readonly telemetry: Telemetry;
}

/** Records the progress of MediaConvert jobs. The workflow itself only waits until a job has ended. */
export class JobProgress extends Construct {
  readonly recordJob: LambdaFunction;

  constructor(scope: Construct, id: string, props: JobProgressProps) {
    super(scope, id);
    const { table, deadLetters, failedInvocations, telemetry } = props;
    const recordJob = new ReelgateFunction(this, 'RecordJob', {
      name: 'record-job',
      description: 'Records the MediaConvert job of an upload and its progress',
      environment: { ...powertools('record-job', telemetry), TABLE_NAME: table.tableName },
      permissions: [onJobProgress(table)],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });
    this.recordJob = recordJob.function;
    // A later event replaces this one.
    failedInvocations.keep(recordJob, { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 3_600 });
    const rule = new CfnRule(this, 'Rule', {
      description: 'Records the progress of MediaConvert jobs.',
      eventPattern: {
        source: ['aws.mediaconvert'],
        'detail-type': ['MediaConvert Job State Change'],
        // Jobs of other software in the account have no upload id.
        detail: { status: PROGRESS_STATUSES, userMetadata: { uploadId: [{ exists: true }] } },
      },
      targets: [
        {
          id: 'record-job',
          arn: this.recordJob.functionArn,
          deadLetterConfig: { arn: deadLetters.queue.queueArn },
          // A later event replaces this one.
          retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 20 },
        },
      ],
    });
    deadLetters.accept(rule);
    new CfnPermission(this, 'MayInvoke', {
      action: 'lambda:InvokeFunction',
      functionName: this.recordJob.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }
}
