import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { INSPECTION_MEMORY_MIB } from '../core/media/inspection-budget.ts';
import type { DataResources } from './data-stack.ts';
import {
  onBucket,
  onOutputBudget,
  onOutputs,
  onSources,
  onStoryboards,
  onUploads,
} from './permissions.ts';
import { ReelgateFunction } from './reelgate-function.ts';
import { powertools, type Telemetry } from './telemetry.ts';

export interface WorkflowFunctionsProps {
  readonly data: DataResources;
  /** The upload policy as JSON text. */
  readonly uploadPolicy: string;
  /** The budgets as JSON text. */
  readonly budgets: string;
  readonly telemetry: Telemetry;
}

/** The two functions that the workflow calls. */
export class WorkflowFunctions extends Construct {
  readonly inspectMedia: LambdaFunction;
  readonly publishVideo: LambdaFunction;

  constructor(scope: Construct, id: string, props: WorkflowFunctionsProps) {
    super(scope, id);
    const { data, uploadPolicy, telemetry } = props;
    const { table, sourceBucket, outputBucket } = data;
    const SOURCE_BUCKET = sourceBucket.bucketName;
    const OUTPUT_BUCKET = outputBucket.bucketName;

    this.inspectMedia = new ReelgateFunction(this, 'InspectMedia', {
      name: 'inspect-media',
      description: 'Checks the media of an uploaded file from a few ranges',
      environment: {
        ...powertools('inspect-media', telemetry),
        TABLE_NAME: table.tableName,
        BUDGETS: props.budgets,
        OUTPUT_BUCKET,
        UPLOAD_POLICY: uploadPolicy,
      },
      permissions: [
        ...onOutputBudget(table),
        onSources(sourceBucket, 's3:GetObjectVersion'),
        onBucket(sourceBucket, 's3:ListBucket'),
      ],
      telemetry,
      timeoutSeconds: 60,
      memorySize: INSPECTION_MEMORY_MIB,
    }).function;
    this.publishVideo = new ReelgateFunction(this, 'PublishVideo', {
      name: 'publish-video',
      description: 'Checks the outputs of a job and publishes the video',
      environment: {
        ...powertools('publish-video', telemetry),
        TABLE_NAME: table.tableName,
        SOURCE_BUCKET,
        OUTPUT_BUCKET,
      },
      permissions: [
        onUploads(table, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
        onSources(sourceBucket, 's3:GetObject'),
        onBucket(sourceBucket, 's3:ListBucket'),
        onOutputs(outputBucket, 's3:GetObject'),
        onStoryboards(outputBucket),
        onBucket(outputBucket, 's3:ListBucket'),
      ],
      telemetry,
      timeoutSeconds: 60,
      memorySize: 1024,
    }).function;
  }
}
