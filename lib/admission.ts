import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { AdmissionLimits } from '../core/transcoding/admission.ts';
import { END_STATUSES } from '../core/transcoding/job-event.ts';
import type { DataResources } from './data-stack.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { FailedInvocations } from './failed-invocations.ts';
import { onTable } from './permissions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import { powertools, type Telemetry } from './telemetry.ts';

export interface AdmissionProps {
  readonly data: DataResources;
  readonly limits: AdmissionLimits;
  readonly deadLetters: DeadLetters;
  readonly failedInvocations: FailedInvocations;
  readonly telemetry: Telemetry;
}

/** The variables of a function that takes or gives back slots. */
export function admissionVariables({ jobsAtOnce, jobsAtOncePerOwner }: AdmissionLimits) {
  return {
    JOBS_AT_ONCE: String(jobsAtOnce),
    JOBS_AT_ONCE_PER_OWNER: String(jobsAtOncePerOwner),
  };
}

/** The requests that change slots, ring and queues. */
export const ADMISSION_ACTIONS = [
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
] as const;

/**
 * Resumes an execution that waits with a task token. The resource is the state machine, as in the CDK's
 * `StateMachine.grantTaskResponse`.
 */
export function mayResume(stateMachine: CfnStateMachine): PolicyStatement {
  return new PolicyStatement({
    actions: ['states:SendTaskSuccess'],
    resources: [stateMachine.attrArn],
  });
}

/** Admits uploads to MediaConvert: a function for executions that ask for a slot, and one for the ends of jobs. */
export class Admission extends Construct {
  readonly admitUpload: LambdaFunction;
  readonly releaseSlot: LambdaFunction;
  readonly #functions: readonly ReelgateFunction<'admit-upload' | 'release-slot'>[];

  constructor(scope: Construct, id: string, props: AdmissionProps) {
    super(scope, id);
    const { data, limits, deadLetters, failedInvocations, telemetry } = props;
    const { table } = data;
    const variables = { TABLE_NAME: table.tableName, ...admissionVariables(limits) };
    const admitUpload = new ReelgateFunction(this, 'AdmitUpload', {
      name: 'admit-upload',
      description: 'Puts an upload into the queue for a MediaConvert job',
      environment: { ...powertools('admit-upload', telemetry), ...variables },
      permissions: [onTable(table, ...ADMISSION_ACTIONS)],
      telemetry,
      timeoutSeconds: 60,
      memorySize: 512,
    });
    const releaseSlot = new ReelgateFunction(this, 'ReleaseSlot', {
      name: 'release-slot',
      description: 'Gives back the slot of a MediaConvert job that has ended',
      environment: { ...powertools('release-slot', telemetry), ...variables },
      permissions: [onTable(table, ...ADMISSION_ACTIONS)],
      telemetry,
      timeoutSeconds: 60,
      memorySize: 512,
    });
    this.admitUpload = admitUpload.function;
    this.releaseSlot = releaseSlot.function;
    this.#functions = [admitUpload, releaseSlot];
    // After that the reconciler gives the slot back.
    const maximumEventAgeInSeconds = 3_600;
    failedInvocations.keep(releaseSlot, { maximumRetryAttempts: 2, maximumEventAgeInSeconds });
    const rule = new CfnRule(this, 'Rule', {
      description: 'Gives back the slots of MediaConvert jobs that have ended.',
      eventPattern: {
        source: ['aws.mediaconvert'],
        'detail-type': ['MediaConvert Job State Change'],
        // Jobs of other software in the account have no upload id.
        detail: { status: END_STATUSES, userMetadata: { uploadId: [{ exists: true }] } },
      },
      targets: [
        {
          id: 'release-slot',
          arn: this.releaseSlot.functionArn,
          deadLetterConfig: { arn: deadLetters.queue.queueArn },
          retryPolicy: { maximumEventAgeInSeconds, maximumRetryAttempts: 20 },
        },
      ],
    });
    deadLetters.accept(rule);
    new CfnPermission(this, 'MayInvoke', {
      action: 'lambda:InvokeFunction',
      functionName: this.releaseSlot.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }

  /**
   * Lets the functions resume executions. The state machine needs the ARN of a function, and a function depends on the
   * policy of its role, so this is a policy of its own.
   */
  resume(stateMachine: CfnStateMachine): void {
    new Policy(this, 'MayResume', {
      roles: this.#functions.map(({ role }) => role),
      statements: [mayResume(stateMachine)],
    });
  }
}
