import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type FunctionConfiguration,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type CloudControl, controlOf } from '../../kit/cloud-control.ts';
import { type HostedCloud, hostCloud } from '../../kit/hosted-cloud.ts';
import { MAX_INDEX_LAG_MS } from '../../kit/index-lag.ts';
import { UNLIMITED_REQUESTS } from '../../kit/unlimited-requests.ts';
import { Reconciling } from './reconciling.ts';

const MINUTE_MS = 60_000;

/** Hosted stacks with fault injection, and operator clients that read the actual state. */
export interface FaultCloud {
  readonly cloud: HostedCloud;
  readonly control: CloudControl;
  readonly s3: S3Client;
  readonly states: SFNClient;
  readonly transcoder: MediaConvertClient;
  readonly table: DynamoDBDocumentClient;
  /** Whether review is on. */
  readonly review: boolean;
  /** Runs the reconciler for a time 20 minutes ahead, when every idle upload is due. */
  readonly reconciling: Reconciling;
  /** Invokes release-slot as the event of a job's end does. False where it failed. */
  endJob(uploadId: string): Promise<boolean>;
  close(): Promise<void>;
}

export async function openFaultCloud(review: boolean, workers: number): Promise<FaultCloud> {
  // With review, the rows share the runs of the reconciler, which must not try other rows' failed uploads again.
  const upload = { review, ...(review && { maximumAttempts: 1 }) };
  const cloud = await hostCloud({ ...UNLIMITED_REQUESTS, upload }, { control: true, workers });
  const { endpoints, operator } = cloud.hosted;
  const common = { region: 'us-east-1', credentials: operator };
  const services = { ...common, endpoint: endpoints.services };
  const s3 = new S3Client({ ...common, endpoint: endpoints.s3 });
  const states = new SFNClient(services);
  const transcoder = new MediaConvertClient(services);
  const database = new DynamoDBClient(services);
  // A retry of the invocation would be another run of the reconciler.
  const lambda = new LambdaClient({ ...services, maxAttempts: 1 });
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const reconciler = functionNamed(Functions, 'reconcileuploads');
  const releaser = functionNamed(Functions, 'releaseslot');
  const control = controlOf(cloud.hosted);
  return {
    cloud,
    control,
    s3,
    states,
    transcoder,
    table: DynamoDBDocumentClient.from(database),
    review,
    reconciling: new Reconciling(async () => {
      // A run 20 minutes ahead sees every earlier write in the index.
      await control.moveClock(MAX_INDEX_LAG_MS);
      return reconcile(lambda, reconciler);
    }),
    async endJob(uploadId) {
      const detail = { status: 'COMPLETE', userMetadata: { uploadId } };
      const event = { source: 'aws.mediaconvert', time: new Date().toISOString(), detail };
      const Payload = JSON.stringify(event);
      const response = await lambda.send(new InvokeCommand({ FunctionName: releaser, Payload }));
      return response.FunctionError === undefined;
    },
    async close() {
      for (const client of [s3, states, transcoder, database, lambda]) client.destroy();
      await cloud.close();
    },
  };
}

/** Invokes the reconciler as its schedule does, for a later time. False where the run failed or counted a fault. */
async function reconcile(lambda: LambdaClient, FunctionName: string): Promise<boolean> {
  const time = new Date(Date.now() + 20 * MINUTE_MS).toISOString();
  const Payload = JSON.stringify({ source: 'aws.events', time });
  const response = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  if (response.FunctionError !== undefined) return false;
  const result = JSON.parse(Buffer.from(response.Payload ?? []).toString()) as {
    readonly counters: { readonly faults: number };
  };
  return result.counters.faults === 0;
}

function functionNamed(functions: readonly FunctionConfiguration[], part: string): string {
  const names = functions.map(({ FunctionName = '' }) => FunctionName);
  const found = names.find((name) => name.toLowerCase().includes(part));
  if (found === undefined) throw new Error(`No function is called ${part}; there are ${names}.`);
  return found;
}
