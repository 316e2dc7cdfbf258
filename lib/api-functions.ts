import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { routes } from '../core/contract/routes.ts';
import type { AdmissionLimits } from '../core/transcoding/admission.ts';
import { admissionVariables } from './admission.ts';
import type { Configuration } from './configuration.ts';
import type { DataResources } from './data-stack.ts';
import { deliveryVariables, mayChangeEdge } from './delivery-environment.ts';
import type { Delivery } from './delivery-stack.ts';
import {
  onBucket,
  onCountedUploads,
  onExecutions,
  onJobs,
  onOutputs,
  onOwnersIndex,
  onPartsOfSources,
  onRequestCounts,
  onSources,
  onStarts,
  onTable,
  onUploads,
} from './permissions.ts';
import type { PlaybackFunctionName } from './playback-functions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import type { Signers } from './signer-role.ts';
import { powertools, type Telemetry } from './telemetry.ts';

export type ApiFunctionName = (typeof routes)[number]['name'] | 'companion';

/** The functions of uploads; `PlaybackFunctions` has the others. */
type UploadFunctionName = Exclude<ApiFunctionName, PlaybackFunctionName>;

export interface ApiFunctionsProps {
  readonly data: DataResources;
  /** Undefined where videos are not delivered. */
  readonly delivery: Delivery | undefined;
  readonly signers: Signers;
  /** The state machine whose executions a cancellation stops, and a retry starts. */
  readonly stateMachine: CfnStateMachine;
  /** The upload policy as JSON text. */
  readonly uploadPolicy: string;
  readonly limits: AdmissionLimits;
  /** The budgets as JSON text. */
  readonly budgets: string;
  /** Origins of the app's pages, to which a form may redirect. */
  readonly allowedOrigins: readonly string[];
  readonly transferAcceleration: boolean;
  readonly companionSessionSeconds: number;
  readonly retention: Configuration['retention'];
  readonly telemetry: Telemetry;
}

/** The integration timeout of API Gateway is 30 seconds. */
const MAX_RESPONSE_SECONDS = 29;

/** The functions behind the routes of the API, each with only the permissions that it needs. */
export class ApiFunctions extends Construct {
  readonly byName: Readonly<Record<UploadFunctionName, LambdaFunction>>;

  constructor(scope: Construct, id: string, props: ApiFunctionsProps) {
    super(scope, id);
    const {
      data,
      delivery,
      signers,
      stateMachine,
      uploadPolicy,
      budgets: BUDGETS,
      telemetry,
    } = props;
    const { table, sourceBucket, outputBucket } = data;
    const TABLE_NAME = table.tableName;
    const SOURCE_BUCKET = sourceBucket.bucketName;
    const ENDED_DAYS = String(props.retention.endedDays);
    const granting = {
      SIGNER_ROLE_ARN: signers.parts.roleArn,
      OBJECT_SIGNER_ROLE_ARN: signers.objects.roleArn,
      FORM_SIGNER_ROLE_ARN: signers.forms.roleArn,
      UPLOAD_POLICY: uploadPolicy,
      TRANSFER_ACCELERATION: props.transferAcceleration ? 'on' : 'off',
    } as const;

    const createUpload = new ReelgateFunction(this, 'CreateUpload', {
      name: 'create-upload',
      description: 'Creates an upload and signs its grant',
      environment: {
        ...powertools('create-upload', telemetry),
        ...granting,
        TABLE_NAME,
        SOURCE_BUCKET,
        BUDGETS,
        ALLOWED_ORIGINS: props.allowedOrigins.join(' '),
      },
      permissions: [
        onTable(table, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
        onPartsOfSources(sourceBucket),
        onSources(sourceBucket, 's3:AbortMultipartUpload'),
      ],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 1024,
    });
    const signParts = new ReelgateFunction(this, 'SignParts', {
      name: 'sign-parts',
      description: 'Signs a new grant for an upload',
      environment: {
        ...powertools('sign-parts', telemetry),
        ...granting,
        BUDGETS,
        TABLE_NAME,
        SOURCE_BUCKET,
      },
      permissions: [
        onTable(table, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
        // Creates the multipart upload if an earlier creation stopped before it did.
        onPartsOfSources(sourceBucket),
        onSources(sourceBucket, 's3:AbortMultipartUpload'),
      ],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 1024,
    });
    const companion = new ReelgateFunction(this, 'Companion', {
      name: 'companion',
      description: 'Implements the protocol of Uppy’s Companion',
      environment: {
        ...powertools('companion', telemetry),
        ...granting,
        BUDGETS,
        TABLE_NAME,
        SOURCE_BUCKET,
        ENDED_DAYS,
      },
      permissions: [
        onTable(table, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
        onSources(
          sourceBucket,
          's3:PutObject',
          's3:GetObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
        ),
        onBucket(sourceBucket, 's3:ListBucket'),
      ],
      telemetry,
      timeoutSeconds: MAX_RESPONSE_SECONDS,
      memorySize: 1024,
    });
    for (const { role } of [createUpload, signParts]) {
      for (const signer of [signers.parts, signers.objects, signers.forms]) signer.trust(role);
    }
    signers.parts.trust(companion.role);
    signers.forms.trust(companion.role);
    const createCompanionSession = new ReelgateFunction(this, 'CreateCompanionSession', {
      name: 'create-companion-session',
      description: 'Creates a base path for clients that cannot send headers',
      environment: {
        ...powertools('create-companion-session', telemetry),
        TABLE_NAME,
        BUDGETS,
        COMPANION_SESSION_SECONDS: String(props.companionSessionSeconds),
      },
      permissions: [onTable(table, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });

    const listParts = new ReelgateFunction(this, 'ListParts', {
      name: 'list-parts',
      description: 'Lists the parts that S3 has received',
      environment: {
        ...powertools('list-parts', telemetry),
        BUDGETS,
        TABLE_NAME,
        SOURCE_BUCKET,
      },
      permissions: [
        onUploads(table, 'dynamodb:GetItem'),
        onRequestCounts(table),
        onSources(sourceBucket, 's3:ListMultipartUploadParts'),
      ],
      telemetry,
      timeoutSeconds: 20,
      memorySize: 512,
    });
    const completeUpload = new ReelgateFunction(this, 'CompleteUpload', {
      name: 'complete-upload',
      description: 'Completes an upload in parts',
      environment: {
        ...powertools('complete-upload', telemetry),
        BUDGETS,
        TABLE_NAME,
        SOURCE_BUCKET,
      },
      permissions: [
        onUploads(table, 'dynamodb:GetItem'),
        onCountedUploads(table),
        onSources(
          sourceBucket,
          's3:PutObject',
          's3:GetObject',
          's3:ListMultipartUploadParts',
          // Ends an upload whose checksum differs.
          's3:AbortMultipartUpload',
        ),
        onBucket(sourceBucket, 's3:ListBucket'),
      ],
      telemetry,
      timeoutSeconds: MAX_RESPONSE_SECONDS,
      memorySize: 512,
    });
    const cancelUpload = new ReelgateFunction(this, 'CancelUpload', {
      name: 'cancel-upload',
      description: 'Cancels or deletes an upload in any status',
      environment: {
        ...powertools('cancel-upload', telemetry),
        BUDGETS,
        KEY_VALUE_STORE_ARN: deliveryVariables(delivery).KEY_VALUE_STORE_ARN,
        TABLE_NAME,
        SOURCE_BUCKET,
        OUTPUT_BUCKET: outputBucket.bucketName,
        ENDED_DAYS,
      },
      permissions: [
        // DeleteItem removes an upload that waits for a slot from the queue.
        onTable(table, 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'),
        onSources(
          sourceBucket,
          's3:AbortMultipartUpload',
          // The tombstone of a single PUT.
          's3:PutObject',
          // Deleting a version by its id requires both permissions:
          // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
          's3:DeleteObject',
          's3:DeleteObjectVersion',
        ),
        onBucket(sourceBucket, 's3:ListBucketVersions'),
        onOutputs(outputBucket, 's3:DeleteObject'),
        onBucket(outputBucket, 's3:ListBucket'),
        onExecutions(stateMachine, 'states:StopExecution'),
        onJobs(this, 'mediaconvert:CancelJob'),
        ...mayChangeEdge(delivery),
      ],
      telemetry,
      timeoutSeconds: MAX_RESPONSE_SECONDS,
      memorySize: 512,
    });
    const retryUpload = new ReelgateFunction(this, 'RetryUpload', {
      name: 'retry-upload',
      description: 'Tries a failed upload again',
      environment: {
        ...powertools('retry-upload', telemetry),
        BUDGETS,
        TABLE_NAME,
        SOURCE_BUCKET,
        OUTPUT_BUCKET: outputBucket.bucketName,
        STATE_MACHINE_ARN: stateMachine.attrArn,
        UPLOAD_POLICY: uploadPolicy,
      },
      permissions: [
        onTable(table, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
        // HeadObject: whether the source still exists.
        onSources(sourceBucket, 's3:GetObject'),
        onBucket(sourceBucket, 's3:ListBucket'),
        onStarts(stateMachine),
      ],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });
    const getUpload = new ReelgateFunction(this, 'GetUpload', {
      name: 'get-upload',
      description: 'Returns one upload',
      environment: {
        ...powertools('get-upload', telemetry),
        ...admissionVariables(props.limits),
        BUDGETS,
        TABLE_NAME,
        SOURCE_BUCKET,
      },
      permissions: [
        // Query counts the uploads that are in front of one that waits for a slot.
        onTable(table, 'dynamodb:GetItem', 'dynamodb:Query'),
        onRequestCounts(table),
        onSources(sourceBucket, 's3:ListMultipartUploadParts'),
      ],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });
    const listUploads = new ReelgateFunction(this, 'ListUploads', {
      name: 'list-uploads',
      description: "Lists an owner's uploads",
      environment: { ...powertools('list-uploads', telemetry), BUDGETS, TABLE_NAME },
      permissions: [onOwnersIndex(table), onRequestCounts(table)],
      telemetry,
      timeoutSeconds: 15,
      memorySize: 512,
    });

    this.byName = {
      'create-upload': createUpload.function,
      'list-uploads': listUploads.function,
      'get-upload': getUpload.function,
      'sign-parts': signParts.function,
      'list-parts': listParts.function,
      'complete-upload': completeUpload.function,
      'cancel-upload': cancelUpload.function,
      'retry-upload': retryUpload.function,
      'create-companion-session': createCompanionSession.function,
      companion: companion.function,
    };
  }
}
