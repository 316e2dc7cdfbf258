import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Hosted } from '../cloud/hosted.ts';

/** The outputs of the stacks that the checks need. */
export interface DeploymentNames {
  readonly api: string;
  readonly table: string;
  readonly stateMachine: string;
  readonly sourceBucket: string;
  readonly outputBucket: string;
  readonly deadLetterQueue: string;
  readonly failedInvocationsQueue: string;
}

/** A deployment, and the operator's clients for its account. */
export interface Deployment extends DeploymentNames {
  readonly s3: S3Client;
  readonly states: SFNClient;
  readonly transcoder: MediaConvertClient;
  readonly items: DynamoDBDocumentClient;
  readonly queues: SQSClient;
  close(): void;
}

type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The outputs of the stacks, by the names that lib/ gives them. */
const OUTPUTS: Readonly<Record<keyof DeploymentNames, string>> = {
  api: 'ApiUrl',
  table: 'TableName',
  stateMachine: 'StateMachineArn',
  sourceBucket: 'SourceBucketName',
  outputBucket: 'OutputBucketName',
  deadLetterQueue: 'DeadLetterQueueUrl',
  failedInvocationsQueue: 'FailedInvocationsQueueUrl',
};

/**
 * Reads the file that `cdk deploy --all --outputs-file` writes.
 * @throws Error naming what cannot be read or is missing
 */
export function readOutputs(file: string): DeploymentNames {
  let outputs: Outputs;
  try {
    outputs = JSON.parse(readFileSync(file, 'utf8')) as Outputs;
  } catch (error) {
    throw new Error(
      `${file} cannot be read as the outputs of the stacks: ${(error as Error).message}. "npx cdk deploy --all --outputs-file ${file}" writes it.`,
    );
  }
  return namesOf(outputs);
}

/** @throws Error naming the outputs that are missing */
export function namesOf(outputs: Outputs): DeploymentNames {
  const all = Object.assign({}, ...Object.values(outputs)) as Record<string, string | undefined>;
  const missing = Object.values(OUTPUTS).filter((name) => all[name] === undefined);
  if (missing.length > 0) {
    throw new Error(
      `The outputs lack ${missing.join(', ')}; there are ${Object.keys(all).join(', ') || 'none'}. Deploy both stacks with --outputs-file.`,
    );
  }
  return Object.fromEntries(
    Object.entries(OUTPUTS).map(([member, name]) => [member, all[name]]),
  ) as unknown as DeploymentNames;
}

/** `us-east-1` in `arn:aws:states:us-east-1:…`. */
function regionOf(arn: string): string {
  const region = arn.split(':')[3];
  if (!region) throw new Error(`StateMachineArn is "${arn}"; expected an ARN with a region.`);
  return region;
}

/** Clients with the credentials of the AWS command line. */
export function deploymentOnAws(names: DeploymentNames): Deployment {
  const region = regionOf(names.stateMachine);
  return deployment(names, { region }, { region });
}

/** Clients with the operator's credentials of a local cloud. */
export function deploymentOnLocalCloud(hosted: Hosted): Deployment {
  const common = { region: regionOf(hosted.stateMachine), credentials: hosted.operator };
  return deployment(
    hosted,
    { ...common, endpoint: hosted.endpoints.s3 },
    { ...common, endpoint: hosted.endpoints.services },
  );
}

interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: Hosted['operator'];
}

function deployment(
  names: DeploymentNames,
  forS3: ClientSettings,
  forServices: ClientSettings,
): Deployment {
  const s3 = new S3Client(forS3);
  const states = new SFNClient(forServices);
  const transcoder = new MediaConvertClient(forServices);
  const database = new DynamoDBClient(forServices);
  const queues = new SQSClient(forServices);
  const { api, table, stateMachine, sourceBucket, outputBucket } = names;
  const { deadLetterQueue, failedInvocationsQueue } = names;
  return {
    ...{ api, table, stateMachine, sourceBucket, outputBucket },
    ...{ deadLetterQueue, failedInvocationsQueue },
    ...{ s3, states, transcoder, queues },
    items: DynamoDBDocumentClient.from(database),
    close() {
      for (const client of [s3, states, transcoder, database, queues]) client.destroy();
    },
  };
}
