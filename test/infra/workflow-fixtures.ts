import type { JsonObject } from '@reelgate/local-cloud/workflow';
import { uploadItemKey } from '../../core/uploads/records.ts';
import {
  type Call,
  type Failure,
  type SimulatedExecution,
  simulate,
  type TaskResult,
  type TaskResults,
} from './simulate-workflow.ts';

export const UPLOAD = '0198c0de-7b1a-7c3d-9e4f-00000000000a';
export const OWNER = 'YXV0aDB8MTc';
export const SIZE = 12_345_678_901;
export const KEY = `uploads/${OWNER}/${UPLOAD}/source`;

/** Replaces the name of the source bucket; see workflow-definition.ts. */
export const BUCKET = 'the-SourceBucketName';

export const event = {
  version: '0',
  id: '11111111-2222-3333-4444-555555555555',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '000000000000',
  time: '2026-01-01T00:00:00Z',
  region: 'us-east-1',
  resources: [`arn:aws:s3:::${BUCKET}`],
  detail: {
    version: '0',
    bucket: { name: BUCKET },
    object: { key: KEY, size: SIZE, etag: 'abc-3', 'version-id': 'v1', sequencer: '00' },
    'request-id': 'r',
    requester: '000000000000',
    reason: 'CompleteMultipartUpload',
  },
};

export const item = (more: JsonObject = {}): JsonObject => ({
  ...Object.fromEntries(Object.entries(uploadItemKey(UPLOAD)).map(([name, S]) => [name, { S }])),
  uploadId: { S: UPLOAD },
  owner: { S: OWNER },
  status: { S: 'validating' },
  objectKey: { S: KEY },
  contentType: { S: 'video/mp4' },
  size: { N: String(SIZE) },
  quota: { S: 'reserved' },
  sequence: { N: '2' },
  ...more,
});

export const done: TaskResult = { output: {} };
export const job = {
  UserMetadata: { uploadId: UPLOAD },
  Settings: { Inputs: [{}], OutputGroups: [{}] },
};
export const accepted: TaskResult = {
  output: { Payload: { outcome: 'accepted', media: { container: 'mp4' }, job, review: false } },
};
export const playback = { hls: 'index.m3u8', dash: 'index.mpd' };

/** The responses of all tasks if no task fails. */
export const successful: TaskResults = {
  Claim: { output: { Attributes: item() } },
  Inspect: accepted,
  RecordOwnership: done,
  RecordOwnershipForReview: done,
  AwaitReview: { output: { decision: 'approved' } },
  RecordApproval: done,
  AwaitSlot: done,
  Transcode: { output: { Job: { Id: 'job-1', Status: 'COMPLETE' } } },
  Publish: { output: { Payload: { playback, sequence: 3 } } },
  AnnounceReady: done,
  Reject: done,
  DiscardSource: done,
  AnnounceRejection: done,
  RecordFailure: done,
  AnnounceFailure: done,
  LeaveAnnouncementPending: done,
  DiscardLateObject: done,
  CloseSource: done,
  CloseLateSource: done,
};

export const conditionFailed: Failure = {
  error: 'DynamoDb.ConditionalCheckFailedException',
  cause: 'The conditional request failed (Service: DynamoDb, Status Code: 400)',
};
export const transactionConditionFailed: Failure = {
  error: 'DynamoDb.TransactionCanceledException',
  cause:
    'Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None] (Service: DynamoDb, Status Code: 400)',
};
export const conflict: Failure = {
  error: 'DynamoDb.TransactionCanceledException',
  cause:
    'Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict] (Service: DynamoDb, Status Code: 400)',
};

export const run = (changes: TaskResults = {}) => simulate(event, { ...successful, ...changes });

export function callsOf({ calls }: SimulatedExecution, state: string): readonly Call[] {
  return calls.filter((call) => call.state === state);
}

export function argumentsOf(execution: SimulatedExecution, state: string): JsonObject {
  const [call] = callsOf(execution, state);
  if (!call) throw new Error(`${state} was not called; called: ${execution.states.join(' → ')}`);
  return call.arguments as JsonObject;
}

/** The writes of a transaction: to the upload, to the quota, and to the slots. */
export function writesOf(
  execution: SimulatedExecution,
  state: string,
): { upload: JsonObject; quota: JsonObject; slots: JsonObject } {
  const { TransactItems } = argumentsOf(execution, state) as unknown as {
    TransactItems: { Update: JsonObject }[];
  };
  const [upload, quota, slots] = TransactItems.map(({ Update }) => Update);
  return { upload: upload ?? {}, quota: quota ?? {}, slots: slots ?? {} };
}

export function valuesOf(update: JsonObject): Record<string, unknown> {
  return update.ExpressionAttributeValues as Record<string, unknown>;
}

/** The amounts of an ADD expression by attribute; the members of a set are not amounts. */
export function added(update: JsonObject): Record<string, number> {
  const names = (update.ExpressionAttributeNames ?? {}) as Record<string, string>;
  const values = valuesOf(update) as Record<string, { N?: string }>;
  const expression = String(update.UpdateExpression).replace(/^ADD /, '');
  return Object.fromEntries(
    expression.split(', ').flatMap((pair) => {
      const [name = '', value = ''] = pair.split(' ');
      const amount = values[value]?.N;
      return amount === undefined ? [] : [[names[name] ?? name, Number(amount)]];
    }),
  );
}

export const withoutZeros = (deltas: object) =>
  Object.fromEntries(Object.entries(deltas).filter(([, delta]) => delta !== 0));
