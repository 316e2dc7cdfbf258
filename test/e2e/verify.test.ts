import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type {
  DescribeExecutionCommandOutput,
  GetExecutionHistoryCommandOutput,
} from '@aws-sdk/client-sfn';
import { type Deployment, deploymentOnLocalCloud } from '../../tools/verify/deployment.ts';
import { type Limits, LOCAL_LIMITS } from '../../tools/verify/limits.ts';
import type { ReportedRow } from '../../tools/verify/report.ts';
import { runVerify } from '../../tools/verify/run-verify.ts';
import { controlOf } from '../kit/cloud-control.ts';
import { eventually } from '../kit/eventually.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';

let cloud: HostedCloud;
let deployment: Deployment;

async function open(options: Parameters<typeof hostCloud>[1], configuration?: object) {
  cloud = await hostCloud(configuration, options);
  deployment = deploymentOnLocalCloud(cloud.hosted);
}

afterEach(async () => {
  deployment?.close();
  await cloud?.close();
});

const verify = (limits: Limits = LOCAL_LIMITS): Promise<ReportedRow[]> =>
  runVerify({
    deployment,
    limits,
    getToken: () => cloud.tokenOf('uploader-a'),
    say: () => undefined,
    signal: AbortSignal.timeout(280_000),
  });

const differing = (rows: readonly ReportedRow[]) =>
  rows.filter(({ verdict }) => verdict !== 'as_assumed').map(({ id, seen }) => `${id}: ${seen}`);

/** The part of an SDK client to which middleware is added. */
interface SdkClient {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<{ output: object }>,
        context: { readonly commandName?: string },
      ) => (args: never) => Promise<{ output: object }>,
      options: { readonly step: 'initialize'; readonly name: string },
    ): void;
  };
}

/** Changes the responses of one operation before the checks see them. */
function alter<Output>(client: object, command: string, change: (output: Output) => void): void {
  (client as SdkClient).middlewareStack.add(
    (next, context) => async (args) => {
      const response = await next(args);
      if (context.commandName === command) change(response.output as Output);
      return response;
    },
    { step: 'initialize', name: `alter${command}` },
  );
}

it('The local cloud answers every row as assumed, and nothing of the uploads is left', async () => {
  // With every resource that is optional.
  await open({}, { alarmEmail: 'operators@example.com', monthlyBudget: 100 });
  expect(differing(await verify())).toEqual([]);
  const api = await cloud.as('uploader-a');
  const statuses = async () => (await api.list({ limit: 100 })).uploads.map(({ status }) => status);
  // The list lags behind the writes.
  await eventually(async () => (await statuses()).every((status) => status === 'cancelled'));
});

it('Each deviation of AWS is found by its row', async () => {
  await open({ control: true, ignoreUnnamedChecksums: true });
  await controlOf(cloud.hosted).add(
    { service: 'mediaconvert', operation: 'CreateJob', caller: 'processupload', kind: 'throttle' },
    {
      service: 's3',
      operation: 'GetObject',
      caller: 'root',
      resource: '.mpd',
      kind: 'server_error',
      times: 'always',
    },
  );
  alter<GetExecutionHistoryCommandOutput>(
    deployment.states,
    'GetExecutionHistoryCommand',
    ({ events = [] }) => {
      for (const { taskSubmittedEventDetails: submitted } of events) {
        if (submitted) submitted.output = '{"job":{"arn":"x"}}';
      }
    },
  );
  alter<DescribeExecutionCommandOutput>(deployment.states, 'DescribeExecutionCommand', (output) => {
    output.input = output.input?.replaceAll('"version-id"', '"versionid"');
  });
  alter<ListObjectsV2CommandOutput>(deployment.s3, 'ListObjectsV2Command', (output) => {
    output.Contents = output.Contents?.filter(({ Key }) => !Key?.includes('storyboard'));
  });
  const rows = await verify();
  const found = (id: string) => rows.find((row) => row.id === id);
  for (const [id, seen] of [
    ['reconciler-backlog', '1 calls were refused: MediaConvert.TooManyRequestsException'],
    ['complete-outputs', 'multipart: '],
    ['submitted-job-id', 'There is no Job.Id; the output has job.'],
    ['event-names-version', 'The event has no version-id'],
    ['storyboard', 'The storyboard has no pictures'],
    ['whole-file-checksum', 'S3 stored the object'],
  ] as const) {
    expect(found(id)).toMatchObject({ verdict: 'differs', seen: expect.stringContaining(seen) });
  }
  expect(differing(rows.filter(({ id }) => id.startsWith('path-')))).toEqual([]);
});

it('An event that starts no execution is found', async () => {
  await open({
    faults: [{ service: 'event', operation: 'Object Created', kind: 'drop', times: 'always' }],
  });
  const rows = await verify({ ...LOCAL_LIMITS, startMs: 2_000 });
  expect(rows.find(({ id }) => id === 'event-starts-execution')).toMatchObject({
    verdict: 'differs',
    seen: 'No execution claimed the upload in time; it is uploaded.',
    follows: expect.stringContaining('lib/object-created-rule.ts'),
  });
});
