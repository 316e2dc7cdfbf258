import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RECONCILE_EVERY_MINUTES } from '../core/reconciliation/reconcile.ts';
import type { AdmissionLimits } from '../core/transcoding/admission.ts';
import { ADMISSION_ACTIONS, admissionVariables, mayResume } from './admission.ts';
import type { Configuration } from './configuration.ts';
import type { DataResources } from './data-stack.ts';
import type { DeadLetters } from './dead-letters.ts';
import { deliveryVariables, mayChangeEdge, mayReadKeys } from './delivery-environment.ts';
import type { Delivery } from './delivery-stack.ts';
import type { FailedInvocations } from './failed-invocations.ts';
import {
  onBucket,
  onBus,
  onExecutions,
  onForms,
  onJobs,
  onOutputs,
  onSources,
  onStarts,
  onStatusIndex,
  onTable,
} from './permissions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import { powertools, type Telemetry } from './telemetry.ts';

export interface ReconcilerProps {
  readonly data: DataResources;
  /** Undefined where videos are not delivered. */
  readonly delivery: Delivery | undefined;
  readonly stateMachine: CfnStateMachine;
  readonly limits: AdmissionLimits;
  /** The upload policy as JSON text. */
  readonly uploadPolicy: string;
  readonly retention: Configuration['retention'];
  readonly deadLetters: DeadLetters;
  readonly failedInvocations: FailedInvocations;
  readonly telemetry: Telemetry;
}

/** A run ends before the next one begins. */
const MAX_RUN_SECONDS = RECONCILE_EVERY_MINUTES * 60 - 20;

/** Runs the reconciler every few minutes: it repairs uploads after lost events, crashes and deadlines. */
export class Reconciler extends Construct {
  readonly reconcileUploads: LambdaFunction;

  constructor(scope: Construct, id: string, props: ReconcilerProps) {
    super(scope, id);
    const { data, delivery, stateMachine, limits, deadLetters, failedInvocations, telemetry } =
      props;
    const { table, sourceBucket, outputBucket } = data;
    const { SIGNING_SECRET_ARN, KEY_VALUE_STORE_ARN } = deliveryVariables(delivery);
    const reconcileUploads = new ReelgateFunction(this, 'ReconcileUploads', {
      name: 'reconcile-uploads',
      description: 'Reconciles uploads after lost events, crashes and deadlines',
      environment: {
        ...powertools('reconcile-uploads', telemetry),
        TABLE_NAME: table.tableName,
        SOURCE_BUCKET: sourceBucket.bucketName,
        OUTPUT_BUCKET: outputBucket.bucketName,
        STATE_MACHINE_ARN: stateMachine.attrArn,
        ...admissionVariables(limits),
        SIGNING_SECRET_ARN,
        KEY_VALUE_STORE_ARN,
        UPLOAD_POLICY: props.uploadPolicy,
        ENDED_DAYS: String(props.retention.endedDays),
      },
      permissions: [
        onStatusIndex(table),
        onTable(table, ...ADMISSION_ACTIONS),
        onSources(
          sourceBucket,
          // HeadObject.
          's3:GetObject',
          // Copies a file of a form that was not accepted yet, and puts tombstones.
          's3:PutObject',
          's3:AbortMultipartUpload',
          // Deleting a version by its id requires both permissions.
          's3:DeleteObject',
          's3:DeleteObjectVersion',
        ),
        onForms(sourceBucket, 's3:GetObject', 's3:GetObjectVersion', 's3:DeleteObjectVersion'),
        onBucket(sourceBucket, 's3:ListBucket', 's3:ListBucketVersions'),
        onOutputs(outputBucket, 's3:DeleteObject'),
        onBucket(outputBucket, 's3:ListBucket'),
        { statement: mayResume(stateMachine) },
        onStarts(stateMachine),
        onExecutions(
          stateMachine,
          'states:DescribeExecution',
          'states:GetExecutionHistory',
          'states:StopExecution',
        ),
        onJobs(this, 'mediaconvert:GetJob', 'mediaconvert:CancelJob'),
        onBus(this),
        ...mayReadKeys(delivery),
        ...mayChangeEdge(delivery),
      ],
      telemetry,
      timeoutSeconds: MAX_RUN_SECONDS,
      memorySize: 512,
    });
    this.reconcileUploads = reconcileUploads.function;
    // The next run does the same work. A retry would run beside it.
    failedInvocations.keep(reconcileUploads, {
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: RECONCILE_EVERY_MINUTES * 60,
    });
    const rule = new CfnRule(this, 'Rule', {
      description: 'Starts the reconciler.',
      scheduleExpression: `rate(${RECONCILE_EVERY_MINUTES} minutes)`,
      targets: [
        {
          id: 'reconcile-uploads',
          arn: this.reconcileUploads.functionArn,
          deadLetterConfig: { arn: deadLetters.queue.queueArn },
          // The next run does the same work.
          retryPolicy: {
            maximumEventAgeInSeconds: RECONCILE_EVERY_MINUTES * 60,
            maximumRetryAttempts: 3,
          },
        },
      ],
    });
    deadLetters.accept(rule);
    new CfnPermission(this, 'MayInvoke', {
      action: 'lambda:InvokeFunction',
      functionName: this.reconcileUploads.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }
}
