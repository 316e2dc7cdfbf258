import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { PROGRESS_STATUSES } from '../core/transcoding/job-event.ts';
import type { DeadLetters } from './dead-letters.ts';
import { onTable } from './permissions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import { powertools, type Telemetry } from './telemetry.ts';

export interface JobProgressProps {
  readonly table: Table;
  readonly deadLetters: DeadLetters;
  readonly telemetry: Telemetry;
}

/** Hears from MediaConvert how far the jobs are, beside the workflow, which only waits for their end. */
export class JobProgress extends Construct {
  readonly recordJob: LambdaFunction;

  constructor(scope: Construct, id: string, props: JobProgressProps) {
    super(scope, id);
    const { table, deadLetters, telemetry } = props;
    this.recordJob = new ReelgateFunction(this, 'RecordJob', {
      name: 'record-job',
      description: 'Records which job an upload has and how far it is',
      environment: { ...powertools('record-job', telemetry), TABLE_NAME: table.tableName },
      permissions: [onTable(table, 'dynamodb:UpdateItem')],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    }).function;
    const rule = new CfnRule(this, 'Rule', {
      description: 'MediaConvert works on an upload: record how far it is.',
      eventPattern: {
        source: ['aws.mediaconvert'],
        'detail-type': ['MediaConvert Job State Change'],
        // Jobs of other software in the account name no upload.
        detail: { status: PROGRESS_STATUSES, userMetadata: { uploadId: [{ exists: true }] } },
      },
      targets: [
        {
          id: 'record-job',
          arn: this.recordJob.functionArn,
          deadLetterConfig: { arn: deadLetters.queue.queueArn },
          // The next event tells more than one that is an hour late.
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
