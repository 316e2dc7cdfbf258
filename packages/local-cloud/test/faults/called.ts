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

/** Clients of the test app, with the operator's credentials. */
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

/** One call of each service, and the errors of that service. */
export const CALLED: readonly Called[] = [
  {
    service: 's3',
    operation: 'PutObject',
    send: (to, attempts) =>
      to
        .s3(attempts)
        .send(new PutObjectCommand({ Bucket: to.output('BucketName'), Key: 'a', Body: 'bytes' })),
    throttle: ['SlowDown', 503],
    serverError: 'InternalError',
  },
  {
    service: 'dynamodb',
    operation: 'PutItem',
    send: (to, attempts) =>
      new DynamoDBClient(to.settings(attempts)).send(new PutItemCommand(to.item('a'))),
    throttle: ['ThrottlingException', 400],
    serverError: 'InternalServerError',
  },
  {
    service: 'states',
    operation: 'StartExecution',
    send: (to, attempts) =>
      new SFNClient(to.settings(attempts)).send(
        new StartExecutionCommand({ stateMachineArn: to.output('MachineArn'), input: '{}' }),
      ),
    throttle: ['ThrottlingException', 400],
    serverError: 'InternalFailure',
  },
  {
    service: 'events',
    operation: 'PutEvents',
    send: (to, attempts) =>
      new EventBridgeClient(to.settings(attempts)).send(
        new PutEventsCommand({ Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}' }] }),
      ),
    throttle: ['ThrottlingException', 400],
    serverError: 'InternalException',
  },
  {
    service: 'mediaconvert',
    operation: 'ListJobs',
    send: (to, attempts) =>
      new MediaConvertClient(to.settings(attempts)).send(new ListJobsCommand({})),
    throttle: ['TooManyRequestsException', 429],
    serverError: 'InternalServerErrorException',
  },
  {
    service: 'lambda',
    operation: 'Invoke',
    send: (to, attempts) =>
      new LambdaClient(to.settings(attempts)).send(
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
    send: (to, attempts) =>
      new STSClient(to.settings(attempts)).send(new GetCallerIdentityCommand({})),
    throttle: ['Throttling', 400],
    serverError: 'InternalFailure',
  },
  {
    service: 'sqs',
    operation: 'SendMessage',
    send: (to, attempts) =>
      new SQSClient(to.settings(attempts)).send(
        new SendMessageCommand({ QueueUrl: to.output('QueueUrl'), MessageBody: 'a' }),
      ),
    throttle: ['RequestThrottled', 403],
    serverError: 'InternalFailure',
  },
];
