import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';
import { RUN_LIMITS } from '../core/reconciliation/run-limits.ts';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { edgeWith } from './adapters/cloudfront/edge-values.ts';
import { admissionStore } from './adapters/dynamodb/admission-store.ts';
import { beginAttempt } from './adapters/dynamodb/begin-attempt.ts';
import { changeStatus } from './adapters/dynamodb/change-status.ts';
import { expireUploadItem } from './adapters/dynamodb/expire-upload.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { returnQuota } from './adapters/dynamodb/return-quota.ts';
import { moveInIndex, touchInIndex, uploadsIn } from './adapters/dynamodb/status-index.ts';
import { dynamoDbClient, uploadTable } from './adapters/dynamodb/table.ts';
import { announce, eventBridgeClient } from './adapters/eventbridge/announcements.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { cancelJob, getJob, mediaConvertClient } from './adapters/mediaconvert/jobs.ts';
import { pacedBy, RequestPace } from './adapters/request-pace.ts';
import { abortMultipart } from './adapters/s3/multipart.ts';
import { deleteBelow } from './adapters/s3/output-objects.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { closeSource, deleteEveryVersion, headObject } from './adapters/s3/source-objects.ts';
import { copyToSource, deleteStaged } from './adapters/s3/staged-files.ts';
import { readCurrentVersion } from './adapters/secrets-manager/key-versions.ts';
import { secretsManagerClient } from './adapters/secrets-manager/secret.ts';
import { resumeTask } from './adapters/step-functions/callbacks.ts';
import {
  describeExecution,
  startExecution,
  stepFunctionsClient,
  stopExecution,
  submittedJob,
  waitsForJob,
} from './adapters/step-functions/executions.ts';
import type { EdgeValues } from './ports/playback.ts';
import { workflowStep } from './steps/workflow-step.ts';
import {
  type ReconcileEvent,
  type ReconcileUploadsPorts,
  reconcileUploads,
} from './use-cases/reconcile-uploads.ts';

/** EventBridge's scheduled event has a time; without one a run uses the current time. */
const schema = z.object({ time: z.optional(z.iso.datetime()) });

/**
 * Invoked every few minutes: repairs what lost events, crashes and deadlines have left behind. An upload that could not
 * be reconciled is logged and counted, and is no error of the run: Lambda would repeat a failed run beside the next one.
 */
export function createHandler(
  ports: Omit<ReconcileUploadsPorts, 'timeLeft' | 'report'>,
  runtime: Runtime,
) {
  const { logger, metrics } = runtime;
  const report = (event: ReconcileEvent) => {
    if ('slots' in event) logger.error('slots not reconciled', event);
    else if ('signingKeys' in event) logger.error('signing keys', event);
    else if ('partition' in event) logger.error('uploads not listed', event);
    else if ('error' in event) logger.error('upload not reconciled', event);
    else logger.info('upload reconciled', event);
  };
  return workflowStep(runtime, 'reconcile-uploads', schema, async ({ time }, context) => {
    const timeLeft = () => context.getRemainingTimeInMillis();
    const now = time === undefined ? runtime.now() : Date.parse(time);
    const counters = await reconcileUploads({ ...ports, timeLeft, report }, now);
    for (const [name, count] of Object.entries(counters)) {
      metrics.addMetric(`Reconciler.${name}`, 'Count', count);
    }
    return { outcome: 'reconciled', counters };
  });
}

function signingKeysWith(
  { SIGNING_SECRET_ARN: id }: { readonly SIGNING_SECRET_ARN: string | undefined },
  edge: EdgeValues | undefined,
): ReconcileUploadsPorts['signingKeys'] {
  if (id === undefined || edge === undefined) return undefined;
  const secret = { client: secretsManagerClient(), id };
  return { versions: bind(secret, { readCurrent: readCurrentVersion }), edge };
}

export const handler = lambdaHandler('reconcile-uploads', (environment, runtime) => {
  const { SOURCE_BUCKET, OUTPUT_BUCKET, STATE_MACHINE_ARN, TABLE_NAME } = environment;
  const { JOBS_AT_ONCE, JOBS_AT_ONCE_PER_OWNER } = environment;
  const clock = { elapsed: runtime.elapsed, pause: (ms: number) => setTimeout(ms) };
  const data = new RequestPace(RUN_LIMITS.data, clock);
  const work = new RequestPace(RUN_LIMITS.workflow, clock);
  const table = uploadTable(TABLE_NAME, pacedBy(data, dynamoDbClient()));
  const client = pacedBy(data, s3Client());
  const source = { client, name: SOURCE_BUCKET };
  const output = { client, name: OUTPUT_BUCKET };
  const workflow = {
    client: pacedBy(work, stepFunctionsClient()),
    stateMachineArn: STATE_MACHINE_ARN,
  };
  const edge = edgeWith(environment);
  return createHandler(
    {
      uploads: bind(table, {
        get: getUploadItem,
        changeStatus,
        beginAttempt,
        returnQuota,
        expire: expireUploadItem,
      }),
      index: bind(table, { uploadsIn, move: moveInIndex, touch: touchInIndex }),
      admission: admissionStore(table),
      callbacks: bind(workflow, { resume: resumeTask }),
      limits: { jobsAtOnce: JOBS_AT_ONCE, jobsAtOncePerOwner: JOBS_AT_ONCE_PER_OWNER },
      multipart: bind(source, { abort: abortMultipart }),
      sources: bind(source, { head: headObject, deleteEveryVersion, close: closeSource }),
      outputs: bind(output, { deleteBelow }),
      stagedFiles: bind(source, { copyToSource, delete: deleteStaged }),
      executions: bind(workflow, {
        start: startExecution,
        describe: describeExecution,
        stop: stopExecution,
        submittedJob,
        waitsForJob,
      }),
      jobs: bind(pacedBy(work, mediaConvertClient()), { get: getJob, cancel: cancelJob }),
      announcements: bind(pacedBy(data, eventBridgeClient()), { announce }),
      requests: {
        begin() {
          data.begin();
          work.begin();
        },
        left: () => data.left(),
      },
      policy: environment.UPLOAD_POLICY,
      edge,
      signingKeys: signingKeysWith(environment, edge),
      retention: { endedDays: environment.ENDED_DAYS },
      sourceBucket: SOURCE_BUCKET,
      outputBucket: OUTPUT_BUCKET,
    },
    runtime,
  );
});
