import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { Admission } from './admission.ts';
import { ApiFunctions } from './api-functions.ts';
import type { Configuration } from './configuration.ts';
import type { DataStack } from './data-stack.ts';
import { DeadLetters } from './dead-letters.ts';
import type { Delivery } from './delivery-stack.ts';
import { FailedInvocations } from './failed-invocations.ts';
import { FormAcceptance } from './form-acceptance.ts';
import { HttpApi } from './http-api.ts';
import { JobProgress } from './job-progress.ts';
import { ObjectCreatedRule } from './object-created-rule.ts';
import { Operations } from './operations.ts';
import { PlaybackFunctions } from './playback-functions.ts';
import { Reconciler } from './reconciler.ts';
import { signersOf } from './signer-role.ts';
import { telemetryOf } from './telemetry.ts';
import { UploadWorkflow } from './upload-workflow.ts';
import { WorkflowFunctions } from './workflow-functions.ts';

export interface PipelineStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: DataStack;
  /** Undefined where videos are not delivered. */
  readonly delivery: Delivery | undefined;
}

/** The API, the workflow and its triggers. The stack stores no data and can be deleted and created again. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { configuration, data, delivery } = props;
    const { tokenIssuer, sourceBucket } = data;
    const telemetry = telemetryOf(configuration);
    const uploadPolicy = JSON.stringify(configuration.upload);
    const budgets = JSON.stringify(configuration.budgets);

    const { inspectMedia, publishVideo } = new WorkflowFunctions(this, 'Workflow', {
      data,
      uploadPolicy,
      budgets,
      telemetry,
    });
    const deadLetters = new DeadLetters(this, 'DeadLetters');
    const failedInvocations = new FailedInvocations(this, 'FailedInvocations');
    const undelivered = { deadLetters, failedInvocations };
    const limits = configuration.transcoding;
    const admission = new Admission(this, 'Admission', { data, limits, ...undelivered, telemetry });
    const { admitUpload, releaseSlot } = admission;
    const { stateMachine } = new UploadWorkflow(this, 'ProcessUpload', {
      data,
      inspectMedia,
      admitUpload,
      publishVideo,
      limits,
      telemetry,
    });
    admission.resume(stateMachine);
    new ObjectCreatedRule(this, 'ObjectCreated', { sourceBucket, stateMachine, deadLetters });
    const { table } = data;
    const { recordJob } = new JobProgress(this, 'JobProgress', {
      table,
      ...undelivered,
      telemetry,
    });
    const { acceptForm } = new FormAcceptance(this, 'Forms', {
      data,
      ...undelivered,
      telemetry,
      formsAtOnce: configuration.formsAtOnce,
    });
    const { reconcileUploads } = new Reconciler(this, 'Reconciler', {
      data,
      delivery,
      stateMachine,
      limits,
      uploadPolicy,
      retention: configuration.retention,
      ...undelivered,
      telemetry,
    });
    const signers = signersOf(this, sourceBucket);
    const apiFunctions = new ApiFunctions(this, 'Api', {
      data,
      delivery,
      signers,
      stateMachine,
      uploadPolicy,
      limits,
      budgets,
      allowedOrigins: configuration.allowedOrigins,
      transferAcceleration: configuration.transferAcceleration,
      companionSessionSeconds: configuration.companionSessionSeconds,
      retention: configuration.retention,
      telemetry,
    });
    const playbackFunctions = new PlaybackFunctions(this, 'Playback', {
      data,
      delivery,
      originalSigner: signers.originals,
      moderators: tokenIssuer.moderators,
      budgets,
      telemetry,
    });
    const http = new HttpApi(this, 'Http', {
      functions: { ...apiFunctions.byName, ...playbackFunctions.byName },
      tokenIssuer,
      allowedOrigins: configuration.allowedOrigins,
      throttle: configuration.throttle,
      telemetry,
    });
    const { dashboardName } = new Operations(this, 'Operations', {
      configuration,
      deadLetters: deadLetters.queue,
      failedInvocations: failedInvocations.queue,
      stateMachine,
      apiFunctions: apiFunctions.byName,
      playbackFunctions: playbackFunctions.byName,
      workflowFunctions: {
        inspectMedia,
        admitUpload,
        publishVideo,
        recordJob,
        releaseSlot,
        acceptForm,
      },
      reconciler: reconcileUploads,
      http,
      table,
    });

    this.#output('ApiUrl', http.url);
    this.#output('Issuer', tokenIssuer.issuer);
    this.#output('ClientId', tokenIssuer.audience.join(','));
    this.#output('ReadScope', tokenIssuer.scopes.read);
    this.#output('WriteScope', tokenIssuer.scopes.write);
    if (tokenIssuer.signIn) {
      this.#output('SignInUrl', tokenIssuer.signIn.url);
      this.#output('CallbackUrl', tokenIssuer.signIn.callbackUrl);
    }
    this.#output(
      'SignerRoles',
      [signers.parts, signers.objects, signers.forms].map(({ roleName }) => roleName).join(','),
    );
    this.#output('StateMachineArn', stateMachine.attrArn);
    this.#output('DashboardName', dashboardName);
    this.#output('DeadLetterQueueUrl', deadLetters.queue.queueUrl);
    this.#output('FailedInvocationsQueueUrl', failedInvocations.queue.queueUrl);
  }

  #output(name: string, value: string): void {
    new CfnOutput(this, name, { value });
  }
}
