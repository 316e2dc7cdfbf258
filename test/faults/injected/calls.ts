import type { ScenarioName } from './scenarios.ts';

/** Where rows let a call fail: on which scenario, the how manieth of that scenario. */
export interface RowPlace {
  readonly scenario: ScenarioName;
  readonly nth: number;
  /** The state of the workflow that calls; absent for other callers. */
  readonly state?: string;
}

interface KnownCall {
  /** Maximum number of calls in one run; `many` if other uploads or the speed of the machine influence it. */
  readonly most: number | 'many';
  readonly rows: readonly RowPlace[];
}

const at = (scenario: ScenarioName, most: KnownCall['most'] = 1): KnownCall => ({
  most,
  rows: [{ scenario, nth: 1 }],
});

const states = (most: number, rows: Readonly<Record<string, readonly [ScenarioName, number]>>) => ({
  most,
  rows: Object.entries(rows).map(([state, [scenario, nth]]) => ({ scenario, nth, state })),
});

/**
 * Every call of the pipeline, and where rows inject faults. The matrix test runs each scenario without a
 * fault first and compares: a call or a workflow state that is missing here fails the test.
 */
export const CALLS: Readonly<Record<string, KnownCall>> = {
  'API Gateway: lambda Invoke create-upload': at('ready'),
  'API Gateway: lambda Invoke sign-parts': at('ready'),
  'API Gateway: lambda Invoke list-parts': at('ready'),
  'API Gateway: lambda Invoke get-upload': at('ready'),
  'API Gateway: lambda Invoke complete-upload': at('ready'),
  'API Gateway: lambda Invoke list-uploads': at('ready'),
  'API Gateway: lambda Invoke cancel-upload': at('ready', 2),
  'API Gateway: lambda Invoke retry-upload': at('failed and tried again'),
  'create-upload: function Run': at('ready'),
  // And the switch of the intake, every five seconds.
  'create-upload: dynamodb GetItem': at('ready', 'many'),
  'create-upload: dynamodb TransactWriteItems': at('ready'),
  'create-upload: s3 CreateMultipartUpload sources': at('ready'),
  'create-upload: dynamodb UpdateItem': at('ready'),
  'create-upload: sts AssumeRole': at('ready'),
  'sign-parts: function Run': at('ready'),
  // And the switch of the intake, every five seconds.
  'sign-parts: dynamodb GetItem': at('ready', 'many'),
  'sign-parts: sts AssumeRole': at('ready'),
  'part URL: s3 UploadPart sources': at('ready'),
  'list-parts: function Run': at('ready'),
  'list-parts: dynamodb GetItem': at('ready'),
  'list-parts: s3 ListParts sources': at('ready'),
  'get-upload: function Run': at('ready'),
  // A second time for an upload that waits: the slots.
  'get-upload: dynamodb GetItem': at('ready', 2),
  'get-upload: dynamodb Query': at('waits for a slot'),
  'get-upload: s3 ListParts sources': at('ready'),
  'list-uploads: function Run': at('ready'),
  'list-uploads: dynamodb Query': at('ready'),
  'complete-upload: function Run': at('ready'),
  // A second time if the workflow was faster than the record of the completion.
  'complete-upload: dynamodb GetItem': at('ready', 2),
  'complete-upload: s3 ListParts sources': at('ready'),
  'complete-upload: s3 CompleteMultipartUpload sources': at('ready'),
  'complete-upload: dynamodb UpdateItem': at('ready'),
  'cancel-upload: function Run': {
    most: 2,
    rows: [
      { scenario: 'ready', nth: 1 },
      { scenario: 'cancelled while transcoding', nth: 1 },
    ],
  },
  // Two more for an upload that waits: slots and share.
  'cancel-upload: dynamodb GetItem': at('ready', 4),
  'cancel-upload: dynamodb UpdateItem': at('cancelled while transcoding'),
  'cancel-upload: s3 AbortMultipartUpload sources': at('cancelled while waiting', 'many'),
  'cancel-upload: cloudfront-keyvaluestore GetKey': at('ready'),
  'cancel-upload: cloudfront-keyvaluestore DescribeKeyValueStore': at('ready'),
  'cancel-upload: cloudfront-keyvaluestore UpdateKeys': at('ready'),
  'cancel-upload: states StopExecution': at('cancelled while transcoding', 2),
  'cancel-upload: mediaconvert CancelJob': at('cancelled while transcoding'),
  'cancel-upload: s3 ListObjectVersions sources': at('ready', 2),
  'cancel-upload: s3 DeleteObjects sources': at('ready'),
  'cancel-upload: s3 ListObjectsV2 outputs': at('ready', 2),
  'cancel-upload: s3 DeleteObjects outputs': at('ready'),
  'cancel-upload: dynamodb TransactWriteItems': {
    most: 3,
    rows: [
      { scenario: 'cancelled while waiting', nth: 1 },
      { scenario: 'cancelled while it waits for a slot', nth: 1 },
    ],
  },
  'cancel-upload: s3 PutObject sources': at('a single PUT after the cancel', 'many'),
  'PUT URL: s3 PutObject sources': at('rejected after a single PUT'),
  'retry-upload: function Run': at('failed and tried again'),
  'retry-upload: dynamodb GetItem': at('failed and tried again'),
  'retry-upload: s3 HeadObject sources': at('failed and tried again'),
  'retry-upload: dynamodb UpdateItem': at('failed and tried again'),
  'retry-upload: states StartExecution': at('failed and tried again'),
  'object rule: states StartExecution': at('ready'),
  'workflow: dynamodb UpdateItem': states(4, {
    Claim: ['ready', 1],
    TakeOver: ['job events lost, reconciled', 4],
    AwaitReview: ['reviewed', 2],
  }),
  'workflow: dynamodb GetItem': states(1, { ReadClaim: ['an object after the cancel', 1] }),
  'workflow: dynamodb TransactWriteItems': states(2, {
    RecordOwnership: ['ready', 1],
    RecordOwnershipForReview: ['reviewed', 1],
    RecordApproval: ['reviewed', 2],
    Reject: ['rejected', 1],
    RecordFailure: ['failed in the job', 2],
  }),
  'workflow: lambda Invoke inspect-media': states(1, { Inspect: ['ready', 1] }),
  'workflow: lambda Invoke admit-upload': states(1, { AwaitSlot: ['waits for a slot', 1] }),
  'workflow: lambda Invoke publish-video': states(1, { Publish: ['ready', 1] }),
  // With a retry, one for each attempt.
  'workflow: mediaconvert CreateJob': states(2, { Transcode: ['ready', 1] }),
  'workflow: mediaconvert GetJob': states(2, { Transcode: ['ready', 1] }),
  'workflow: mediaconvert CancelJob': states(1, {
    Transcode: ['cancelled while transcoding', 1],
  }),
  'workflow: s3 DeleteObject sources': states(1, {
    DiscardSource: ['rejected', 1],
    DiscardLateObject: ['an object after the cancel', 1],
  }),
  'workflow: s3 PutObject sources': states(1, {
    CloseSource: ['rejected after a single PUT', 1],
    CloseLateSource: ['a single PUT after the cancel', 1],
  }),
  'workflow: events PutEvents Video Ready': states(1, { AnnounceReady: ['ready', 1] }),
  'workflow: events PutEvents Upload Rejected': states(1, {
    AnnounceRejection: ['rejected', 1],
  }),
  'workflow: events PutEvents Upload Failed': states(1, {
    AnnounceFailure: ['failed in the job', 1],
  }),
  'inspect-media: function Run': at('ready'),
  'inspect-media: s3 GetObject sources': at('ready'),
  'inspect-media: dynamodb TransactWriteItems': at('ready'),
  'publish-video: function Run': at('ready'),
  'publish-video: dynamodb GetItem': at('ready'),
  'publish-video: s3 HeadObject sources': at('ready'),
  'publish-video: s3 ListObjectsV2 outputs': at('ready'),
  'publish-video: s3 GetObject outputs': {
    most: 4,
    rows: [
      { scenario: 'ready', nth: 1 },
      { scenario: 'ready', nth: 4 },
    ],
  },
  'publish-video: s3 PutObject outputs': at('ready'),
  'publish-video: dynamodb UpdateItem': at('ready'),
  'admit-upload: function Run': at('waits for a slot'),
  'admit-upload: dynamodb GetItem': at('waits for a slot', 'many'),
  'admit-upload: dynamodb TransactWriteItems': at('waits for a slot', 'many'),
  // A retry asks for a slot, and gets one at once.
  'admit-upload: dynamodb Query': at('failed and tried again', 'many'),
  'admit-upload: states SendTaskSuccess': at('failed and tried again', 'many'),
  // The end of a job may come after the end of its upload, in the next scenario.
  'EventBridge: lambda Invoke release-slot': at('ready', 'many'),
  'release-slot: function Run': at('waits for a slot', 'many'),
  'release-slot: dynamodb GetItem': at('ready', 'many'),
  'release-slot: dynamodb Query': at('waits for a slot', 'many'),
  'release-slot: dynamodb TransactWriteItems': at('waits for a slot', 'many'),
  'release-slot: states SendTaskSuccess': at('waits for a slot', 'many'),
  'a form: s3 PostObject sources': at('by a form'),
  'EventBridge: lambda Invoke accept-form': at('by a form'),
  'accept-form: function Run': at('by a form'),
  'accept-form: dynamodb GetItem': at('by a form'),
  'accept-form: s3 CreateMultipartUpload sources': at('by a form'),
  'accept-form: s3 UploadPartCopy sources': at('by a form'),
  'accept-form: s3 CompleteMultipartUpload sources': at('by a form'),
  'accept-form: s3 AbortMultipartUpload sources': at('by a form'),
  'accept-form: s3 DeleteObject sources': at('by a form'),
  'accept-form: dynamodb UpdateItem': at('by a form'),
  // One for each interval of STATUS_UPDATE while the job runs: on a slow machine several.
  'EventBridge: lambda Invoke record-job': at('ready', 'many'),
  'record-job: function Run': at('ready', 'many'),
  'record-job: dynamodb UpdateItem': at('ready', 'many'),
  'MediaConvert: s3 HeadObject sources': at('ready', 2),
  'MediaConvert: s3 GetObject sources': at('ready', 2),
  'MediaConvert: s3 PutObject outputs': {
    most: 'many',
    rows: [
      { scenario: 'ready', nth: 1 },
      { scenario: 'ready', nth: 9 },
    ],
  },
  'reconcile-uploads: function Run': at('event lost, reconciled'),
  'reconcile-uploads: dynamodb Query': at('event lost, reconciled', 'many'),
  'reconcile-uploads: dynamodb GetItem': at('event lost, reconciled', 'many'),
  'reconcile-uploads: s3 HeadObject sources': at('event lost, reconciled', 'many'),
  'reconcile-uploads: secretsmanager GetSecretValue': at('event lost, reconciled', 'many'),
  'reconcile-uploads: cloudfront-keyvaluestore GetKey': at('event lost, reconciled', 'many'),
  'reconcile-uploads: states StartExecution': {
    most: 'many',
    rows: [
      { scenario: 'event lost, reconciled', nth: 1 },
      { scenario: 'job events lost, reconciled', nth: 1 },
    ],
  },
  'reconcile-uploads: states DescribeExecution': at('job events lost, reconciled', 'many'),
  'reconcile-uploads: states GetExecutionHistory': at('job events lost, reconciled', 'many'),
  'reconcile-uploads: mediaconvert GetJob': at('job events lost, reconciled', 'many'),
  'reconcile-uploads: s3 AbortMultipartUpload sources': {
    most: 'many',
    rows: [
      { scenario: 'abandoned, reconciled', nth: 1 },
      { scenario: 'interrupted cancel, reconciled', nth: 1 },
    ],
  },
  'reconcile-uploads: dynamodb TransactWriteItems': {
    most: 'many',
    rows: [
      { scenario: 'abandoned, reconciled', nth: 1 },
      { scenario: 'interrupted cancel, reconciled', nth: 1 },
    ],
  },
  'reconcile-uploads: s3 PutObject sources': at('abandoned single PUT, reconciled', 'many'),
  'reconcile-uploads: events PutEvents': at('source gone, reconciled', 'many'),
  'reconcile-uploads: dynamodb UpdateItem': at('source gone, reconciled', 'many'),
  'reconcile-uploads: states StopExecution': at('interrupted cancel, reconciled', 'many'),
  'reconcile-uploads: mediaconvert CancelJob': at('interrupted cancel, reconciled', 'many'),
  'reconcile-uploads: s3 ListObjectVersions sources': at('interrupted cancel, reconciled', 'many'),
  'reconcile-uploads: s3 DeleteObjects sources': at('interrupted cancel, reconciled', 'many'),
  'reconcile-uploads: s3 ListObjectsV2 outputs': at('interrupted cancel, reconciled', 'many'),
  'reconcile-uploads: s3 DeleteObjects outputs': at('interrupted cancel, reconciled', 'many'),
};
