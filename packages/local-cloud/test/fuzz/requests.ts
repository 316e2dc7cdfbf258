import { type RawRequest, requestBytes } from '../raw-connection.ts';
import { mutate, mutateJson, noise, oneOf, type Random } from './mutations.ts';
import { signedBytes } from './sign.ts';
import type { Target } from './start-target.ts';

/** The server closes the connection after its response. */
const CLOSE = { connection: 'close' };

/** One request to send: its bytes, and whether its end is missing. */
export interface FuzzRequest {
  readonly bytes: Buffer;
  readonly cut: boolean;
}

/** Valid requests to a listener, of which the random ones are made. */
export interface Corpus {
  readonly url: string;
  readonly plain: readonly RawRequest[];
  /** Calls with a JSON body. It is changed before the request is signed, so that it reaches the operation. */
  readonly calls?: readonly Call[];
}

interface Call {
  readonly service: string;
  readonly request: Omit<RawRequest, 'body'>;
  readonly body: unknown;
}

export function randomRequest(corpus: Corpus, target: Target, random: Random): FuzzRequest {
  const kind = random();
  if (kind < 0.05) return { bytes: noise(random), cut: true };
  if (corpus.calls && kind < 0.6) {
    const { service, request, body } = oneOf(random, corpus.calls);
    const headers = { ...request.headers, ...CLOSE };
    const changed = { ...request, headers, body: Buffer.from(mutateJson(body, random)) };
    return { bytes: signedBytes(changed, service, target.operator), cut: false };
  }
  const request = oneOf(random, corpus.plain);
  return mutate(requestBytes({ ...request, headers: { ...request.headers, ...CLOSE } }), random);
}

/** A corpus for each listener of the local cloud. */
export const CORPORA: Readonly<Record<string, (target: Target) => Corpus>> = {
  S3: ({ endpoints }) => ({ url: endpoints.s3, plain: s3Requests('any-bucket') }),
  'S3 with a bucket that everyone may write to': ({ endpoints, openBucket }) => ({
    url: endpoints.openS3,
    plain: s3Requests(openBucket),
  }),
  'a distribution': ({ endpoints }) => ({
    url: endpoints.distribution,
    plain: [
      { method: 'GET', path: '/object?a=b&c', headers: { range: 'bytes=0-3', cookie: 'a=b; c' } },
      { method: 'GET', path: '/a%20b/../object', headers: { 'if-none-match': '"x"' } },
      { method: 'HEAD', path: '/object', headers: { 'accept-encoding': 'gzip, br' } },
      { method: 'OPTIONS', path: '/object', headers: PREFLIGHT },
      { method: 'POST', path: '/object', body: 'a' },
    ],
  }),
  'the JSON and query services': (target) => ({
    url: target.endpoints.services,
    plain: [
      { method: 'GET', path: '/2017-08-29/jobs?maxResults=5' },
      { method: 'GET', path: '/2015-03-31/functions/a/policy' },
      {
        method: 'POST',
        path: '/',
        headers: FORM_TYPE,
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
      },
    ],
    calls: serviceCalls(target),
  }),
  'an HTTP API': ({ outputs }) => ({
    url: outputs['test-work']?.ApiUrl ?? '',
    plain: [
      { method: 'GET', path: '/items/a%20b?c=d&e=%20', headers: { cookie: 'a=b', 'x-a': 'b' } },
      { method: 'PUT', path: '/items/a', headers: JSON_TYPE, body: '{"a":[1]}' },
      { method: 'OPTIONS', path: '/items/a', headers: PREFLIGHT },
    ],
  }),
  'the identity provider': (target) => ({
    url: target.endpoints.pool,
    plain: identityRequests(target),
  }),
  'the control endpoint of faults': (target) => ({
    url: target.endpoints.control,
    plain: [
      { method: 'GET', path: '/calls', headers: bearer(target) },
      { method: 'GET', path: '/faults', headers: bearer(target) },
      { method: 'DELETE', path: '/faults/a', headers: bearer(target) },
      { method: 'POST', path: '/clock', headers: bearer(target), body: '{"advanceMs":0}' },
      {
        method: 'POST',
        path: '/faults',
        headers: bearer(target),
        body: '[{"service":"s3","operation":"Nothing","effect":"error","count":1}]',
      },
    ],
  }),
  'DynamoDB alone': ({ endpoints }) => ({
    url: endpoints.dynamodb,
    plain: DYNAMODB.map(([operation, body]) => ({
      method: 'POST',
      path: '/',
      headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: JSON.stringify(body),
    })),
  }),
};

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const PREFLIGHT = { origin: 'http://localhost:5173', 'access-control-request-method': 'PUT' };
const bearer = ({ controlToken }: Target) => ({ authorization: `Bearer ${controlToken}` });

function s3Requests(bucket: string): RawRequest[] {
  const part = (disposition: string, content: string) =>
    `--b\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
  const form = `${part('name="key"', 'form')}${part('name="x-amz-meta-a"', 'b')}${part('name="file"; filename="a.txt"', 'some data')}--b--\r\n`;
  const xml = { 'content-type': 'application/xml' };
  const expiry =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=owner/20260101/us-east-1/s3/aws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00';
  return [
    {
      method: 'PUT',
      path: `/${bucket}/object`,
      headers: { 'x-amz-meta-a': 'b' },
      body: 'some data',
    },
    {
      method: 'PUT',
      path: `/${bucket}/object`,
      headers: { 'if-none-match': '*', 'content-md5': 'x' },
      body: 'a',
    },
    {
      method: 'PUT',
      path: `/${bucket}/chunks`,
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '4',
        'x-amz-trailer': 'x-amz-checksum-crc32',
      },
      body: '4\r\nabcd\r\n0\r\nx-amz-checksum-crc32:7YLNEQ==\r\n\r\n',
    },
    { method: 'GET', path: `/${bucket}/object`, headers: { range: 'bytes=0-3' } },
    { method: 'GET', path: `/${bucket}/object?${expiry}` },
    {
      method: 'GET',
      path: `/${bucket}?list-type=2&prefix=a&delimiter=%2F&max-keys=5&encoding-type=url`,
    },
    { method: 'GET', path: `/${bucket}?versions&key-marker=a` },
    { method: 'GET', path: `/${bucket}?uploads` },
    { method: 'HEAD', path: `/${bucket}/object` },
    { method: 'DELETE', path: `/${bucket}/object?versionId=null` },
    { method: 'OPTIONS', path: `/${bucket}/object`, headers: PREFLIGHT },
    { method: 'POST', path: `/${bucket}/parts?uploads` },
    { method: 'PUT', path: `/${bucket}/parts?partNumber=1&uploadId=a`, body: 'part' },
    {
      method: 'POST',
      path: `/${bucket}/parts?uploadId=a`,
      headers: xml,
      body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part></CompleteMultipartUpload>',
    },
    {
      method: 'POST',
      path: `/${bucket}?delete`,
      headers: { ...xml, 'x-amz-checksum-crc32': 'AAAAAA==' },
      body: '<Delete><Object><Key>a</Key></Object></Delete>',
    },
    { method: 'PUT', path: `/${bucket}?policy`, body: '{"Version":"2012-10-17","Statement":[]}' },
    {
      method: 'PUT',
      path: `/${bucket}?cors`,
      headers: xml,
      body: '<CORSConfiguration><CORSRule/></CORSConfiguration>',
    },
    {
      method: 'PUT',
      path: `/${bucket}/copy`,
      headers: { 'x-amz-copy-source': `/${bucket}/object` },
    },
    {
      method: 'POST',
      path: `/${bucket}`,
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: form,
    },
  ];
}

function identityRequests({ endpoints, clientId, redirectUri }: Target): RawRequest[] {
  const pool = new URL(endpoints.pool).pathname;
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 's',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  });
  const token = 'grant_type=authorization_code&code=a&client_id=b&redirect_uri=c&code_verifier=d';
  return [
    { method: 'GET', path: `${pool}/.well-known/openid-configuration` },
    { method: 'GET', path: `${pool}/.well-known/jwks.json` },
    { method: 'GET', path: `${pool}/oauth2/authorize?${query}` },
    { method: 'POST', path: `${pool}/oauth2/token`, headers: FORM_TYPE, body: token },
    {
      method: 'POST',
      path: `${pool}/oauth2/revoke`,
      headers: FORM_TYPE,
      body: `token=a&client_id=${clientId}`,
    },
    { method: 'GET', path: `${pool}/oauth2/userInfo`, headers: { authorization: 'Bearer a' } },
    { method: 'GET', path: `${pool}/logout?client_id=${clientId}&logout_uri=${redirectUri}` },
    { method: 'GET', path: `${pool}/login/abc`, headers: { cookie: '_interaction=abc; a.sig=b' } },
    {
      method: 'POST',
      path: `${pool}/login/abc`,
      headers: FORM_TYPE,
      body: 'username=a&password=b',
    },
  ];
}

/** Operations of DynamoDB with a body each. No table exists at first; one may be created. */
const DYNAMODB: readonly (readonly [string, unknown])[] = [
  [
    'CreateTable',
    {
      TableName: 'fuzz',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    },
  ],
  [
    'PutItem',
    { TableName: 'fuzz', Item: { pk: { S: 'a' }, n: { N: '1.5' }, l: { L: [{ M: {} }] } } },
  ],
  [
    'GetItem',
    {
      TableName: 'fuzz',
      Key: { pk: { S: 'a' } },
      ProjectionExpression: 'a.b[0], #c',
      ExpressionAttributeNames: { '#c': 'c' },
    },
  ],
  [
    'UpdateItem',
    {
      TableName: 'fuzz',
      Key: { pk: { S: 'a' } },
      UpdateExpression:
        'SET a = if_not_exists(a, :z) + :one, l = list_append(l, :l) REMOVE b ADD s :s',
      ConditionExpression: 'attribute_exists(pk) AND (size(a) > :one OR contains(b, :z))',
      ExpressionAttributeValues: {
        ':z': { N: '0' },
        ':one': { N: '1' },
        ':l': { L: [] },
        ':s': { SS: ['a'] },
      },
    },
  ],
  [
    'Query',
    {
      TableName: 'fuzz',
      KeyConditionExpression: 'pk = :a',
      FilterExpression: 'n BETWEEN :one AND :one',
      ExpressionAttributeValues: { ':a': { S: 'a' }, ':one': { N: '1' } },
      Limit: 5,
      ExclusiveStartKey: { pk: { S: 'a' } },
    },
  ],
  ['Scan', { TableName: 'fuzz', Segment: 0, TotalSegments: 2, Limit: 3 }],
  [
    'TransactWriteItems',
    {
      TransactItems: [{ Put: { TableName: 'fuzz', Item: { pk: { S: 'b' } } } }],
      ClientRequestToken: 't',
    },
  ],
  ['BatchGetItem', { RequestItems: { fuzz: { Keys: [{ pk: { S: 'a' } }] } } }],
  ['DescribeTable', { TableName: 'fuzz' }],
  [
    'UpdateTimeToLive',
    { TableName: 'fuzz', TimeToLiveSpecification: { AttributeName: 't', Enabled: true } },
  ],
];

const WORKFLOW = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'A',
  States: { A: { Type: 'Pass', Output: '{% $states.input.a %}', End: true } },
});

function serviceCalls({ outputs }: Target): Call[] {
  const queue = outputs['test-work']?.QueueUrl ?? '';
  const machine = outputs['test-work']?.MachineArn ?? '';
  const json = (
    service: string,
    version: string,
    target: string,
    calls: readonly (readonly [string, unknown])[],
  ) =>
    calls.map(
      ([operation, body]): Call => ({
        service,
        request: {
          method: 'POST',
          path: '/',
          headers: {
            'content-type': `application/x-amz-json-${version}`,
            'x-amz-target': `${target}.${operation}`,
          },
        },
        body,
      }),
    );
  const rest = (service: string, method: string, path: string, body: unknown): Call => ({
    service,
    request: { method, path, headers: JSON_TYPE },
    body,
  });
  const pattern = JSON.stringify({
    source: [{ prefix: 'a' }, { numeric: ['>', 1] }],
    detail: { a: [{ wildcard: '*a' }] },
  });
  return [
    ...json('dynamodb', '1.0', 'DynamoDB_20120810', DYNAMODB),
    ...json('states', '1.0', 'AWSStepFunctions', [
      ['ValidateStateMachineDefinition', { definition: WORKFLOW }],
      ['StartExecution', { stateMachineArn: `${machine}x`, input: '{"a":1}', name: 'n' }],
      ['ListExecutions', { stateMachineArn: machine, maxResults: 5, nextToken: 'a' }],
      [
        'DescribeExecution',
        { executionArn: 'arn:aws:states:us-east-1:000000000000:execution:a:b' },
      ],
      ['SendTaskSuccess', { taskToken: 'a', output: '{}' }],
    ]),
    ...json('sqs', '1.0', 'AmazonSQS', [
      [
        'SendMessage',
        {
          QueueUrl: queue,
          MessageBody: 'a',
          MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } },
        },
      ],
      ['ReceiveMessage', { QueueUrl: queue, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }],
      ['PurgeQueue', { QueueUrl: queue }],
      ['GetQueueAttributes', { QueueUrl: queue, AttributeNames: ['All'] }],
    ]),
    ...json('events', '1.1', 'AWSEvents', [
      ['PutEvents', { Entries: [{ Source: 'fuzz', DetailType: 'a', Detail: '{"a":1}', Time: 1 }] }],
      [
        'TestEventPattern',
        {
          EventPattern: pattern,
          Event:
            '{"id":"1","source":"ab","detail":{"a":"ba"},"account":"0","time":"2026-01-01T00:00:00Z","region":"r","resources":[],"detail-type":"t"}',
        },
      ],
      ['ListRules', { NamePrefix: 'a', Limit: 3 }],
    ]),
    rest('mediaconvert', 'POST', '/2017-08-29/jobs', {
      Role: 'arn:aws:iam::000000000000:role/none',
      Settings: { Inputs: [{ FileInput: 's3://a/b' }], OutputGroups: [{ Outputs: [{}] }] },
      UserMetadata: { a: 'b' },
    }),
    rest('mediaconvert', 'POST', '/2017-08-29/tags', { Arn: 'a', Tags: { b: 'c' } }),
    rest('lambda', 'POST', '/2015-03-31/functions/none/invocations', { a: 1 }),
  ];
}
