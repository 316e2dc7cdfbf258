import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListJobsCommand, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Cloud } from '../../src/cloud.ts';
import type { FaultRuleInput } from '../../src/faults/rule.ts';

/** The app of `test/local/cloud` as its operator calls it. */
export type CalledCloud = ReturnType<typeof calledCloud>;

export function calledCloud(cloud: Cloud) {
  const output = (name: string) =>
    Object.values(cloud.outputs)
      .map((values) => values[name])
      .find((value) => value !== undefined) ?? '';
  const nameOf = (type: string, id: string) =>
    cloud.resources.find((one) => one.type === type && one.logicalId.startsWith(id))?.physicalId ??
    '';
  const settings = (maxAttempts: number) => ({
    endpoint: cloud.endpoints.services,
    region: 'us-east-1',
    credentials: { ...cloud.operator },
    maxAttempts,
  });
  const table = nameOf('AWS::DynamoDB::Table', 'Table');
  return {
    output,
    nameOf,
    settings,
    table,
    item: (key: string) => ({ TableName: table, Item: { key: { S: key } } }),
    s3: (maxAttempts: number) =>
      new S3Client({
        ...settings(maxAttempts),
        endpoint: cloud.endpoints.s3,
        forcePathStyle: true,
      }),
  };
}

export interface Called {
  readonly service: Exclude<FaultRuleInput['service'], 'function' | 'event'>;
  readonly operation: string;
  readonly send: (to: CalledCloud, maxAttempts: number) => Promise<unknown>;
  readonly throttle: readonly [name: string, status: number];
  readonly serverError: string;
}

/** One call of each service, and how that service says that it fails. */
export const CALLED: readonly Called[] = [
  {
    service: 's3',
    operation: 'PutObject',
    send: (to, tries) =>
      to
        .s3(tries)
        .send(new PutObjectCommand({ Bucket: to.output('BucketName'), Key: 'a', Body: 'bytes' })),
    throttle: ['SlowDown', 503],
    serverError: 'InternalError',
  },
  {
    service: 'dynamodb',
    operation: 'PutItem',
    send: (to, tries) =>
      new DynamoDBClient(to.settings(tries)).send(new PutItemCommand(to.item('a'))),
    throttle: ['ThrottlingException', 400],
    serverError: 'InternalServerError',
  },
  {
    service: 'states',
    operation: 'StartExecution',
    send: (to, tries) =>
      new SFNClient(to.settings(tries)).send(
        new StartExecutionCommand({ stateMachineArn: to.output('MachineArn'), input: '{}' }),
      ),
    throttle: ['ThrottlingException', 400],
    serverError: 'InternalFailure',
  },
  {
    service: 'events',
    operation: 'PutEvents',
    send: (to, tries) =>
      new EventBridgeClient(to.settings(tries)).send(
        new PutEventsCommand({ Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}' }] }),
      ),
    throttle: ['ThrottlingException', 400],
    serverError: 'InternalException',
  },
  {
    service: 'mediaconvert',
    operation: 'ListJobs',
    send: (to, tries) => new MediaConvertClient(to.settings(tries)).send(new ListJobsCommand({})),
    throttle: ['TooManyRequestsException', 429],
    serverError: 'InternalServerErrorException',
  },
  {
    service: 'lambda',
    operation: 'Invoke',
    send: (to, tries) =>
      new LambdaClient(to.settings(tries)).send(
        new InvokeCommand({
          FunctionName: to.nameOf('AWS::Lambda::Function', 'Record'),
          InvocationType: 'DryRun',
        }),
      ),
    throttle: ['TooManyRequestsException', 429],
    serverError: 'ServiceException',
  },
  {
    service: 'sts',
    operation: 'GetCallerIdentity',
    send: (to, tries) => new STSClient(to.settings(tries)).send(new GetCallerIdentityCommand({})),
    throttle: ['Throttling', 400],
    serverError: 'InternalFailure',
  },
  {
    service: 'sqs',
    operation: 'SendMessage',
    send: (to, tries) =>
      new SQSClient(to.settings(tries)).send(
        new SendMessageCommand({ QueueUrl: to.output('QueueUrl'), MessageBody: 'a' }),
      ),
    throttle: ['RequestThrottled', 403],
    serverError: 'InternalFailure',
  },
];
