import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { constructPath, rolesOf } from '@reelgate/local-cloud/policies';
import { deadLetter } from '../../tools/permissions/dead-letters.ts';
import {
  begin,
  endOf,
  eventually,
  type Fixture,
  film,
  itemOf,
  requestFor,
  send,
  uploadFilm,
} from '../../tools/permissions/fixture.ts';
import { NOT_TAKEN, refusedTo, TAKEN, takenAway } from './permissions-taken.ts';

const { assembly, hostedWithout } = takenAway();

it('Every role of the templates has a test in this file or next to it, or a reason to have none', () => {
  const roles = ['data', 'pipeline'].flatMap((stack) => {
    const path = join(assembly(), `reelgate-${stack}.template.json`);
    const { Resources } = JSON.parse(readFileSync(path, 'utf8')) as {
      Resources: Record<string, { Type: string; Metadata?: Record<string, string> }>;
    };
    return Object.values(Resources)
      .filter(({ Type }) => Type === 'AWS::IAM::Role')
      .map(({ Metadata }) =>
        constructPath(Metadata?.['aws:cdk:path'] ?? '').replace(/^[^/]+\//, ''),
      );
  });
  const tested = Object.values(TAKEN).flatMap((all) => all.map(({ role }) => role));
  expect([...tested, ...Object.keys(NOT_TAKEN)].sort()).toEqual(roles.sort());
});

async function callOf(
  { hosted, token }: Fixture,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  return fetch(new URL(path, hosted.api), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** The missing permission is in the operator's log, not in the response. */
async function isInternalError(
  fixture: Fixture,
  response: Response,
  role: string,
  refused: string,
): Promise<void> {
  expect(response.status).toBe(500);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ code: 'internal_error', status: 500 });
  expect(JSON.stringify(problem)).not.toContain('arn:aws');
  expect(refusedTo(fixture, role)).toContainEqual(expect.stringContaining(refused));
}

describe('The creation of uploads without permission to read', () => {
  const fixture = hostedWithout('creation');

  it('gets 500 without the cause; the log has it', async () => {
    const response = await callOf(fixture(), 'POST', '/v1/uploads', requestFor(film));
    const refused = 'dynamodb:GetItem on arn:aws:dynamodb:';
    await isInternalError(fixture(), response, 'Api/CreateUpload/Role', refused);
  });
});

describe('The API without one permission of each function', () => {
  const fixture = hostedWithout('api');
  const call = (method: string, path: string, body?: object) =>
    callOf(fixture(), method, path, body);
  const created = async () => {
    const response = await call('POST', '/v1/uploads', requestFor(film));
    expect(response.status).toBe(201);
    return (await response.json()) as Awaited<ReturnType<Fixture['api']['create']>>;
  };

  it.each<[string, string, string, (id: string) => Promise<Response>]>([
    [
      'signing again',
      'Api/SignParts/Role',
      'dynamodb:GetItem on arn:aws:dynamodb:',
      (id) => call('POST', `/v1/uploads/${id}/grant`, { partNumbers: [1] }),
    ],
    [
      'the list of parts',
      'Api/ListParts/Role',
      's3:ListMultipartUploadParts on arn:aws:s3:',
      (id) => call('GET', `/v1/uploads/${id}/parts`),
    ],
    [
      'the page of an upload',
      'Api/GetUpload/Role',
      's3:ListMultipartUploadParts on arn:aws:s3:',
      (id) => call('GET', `/v1/uploads/${id}`),
    ],
    [
      'the list of uploads',
      'Api/ListUploads/Role',
      'dynamodb:Query on arn:aws:dynamodb:',
      () => call('GET', '/v1/uploads'),
    ],
    [
      'completing',
      'Api/CompleteUpload/Role',
      's3:ListMultipartUploadParts on arn:aws:s3:',
      (id) =>
        call('POST', `/v1/uploads/${id}/complete`, {
          parts: [{ partNumber: 1, etag: `"${'0'.repeat(32)}"` }],
        }),
    ],
    [
      'cancelling',
      'Api/CancelUpload/Role',
      'dynamodb:UpdateItem on arn:aws:dynamodb:',
      (id) => call('DELETE', `/v1/uploads/${id}`),
    ],
    [
      'trying again',
      'Api/RetryUpload/Role',
      'dynamodb:GetItem on arn:aws:dynamodb:',
      (id) => call('POST', `/v1/uploads/${id}/retry`),
    ],
  ])('%s gets 500 without the cause; the log has it', async (_what, role, refused, attempt) => {
    const { upload } = await created();
    const response = await attempt(upload.id);
    await isInternalError(fixture(), response, role, refused);
    expect((await itemOf(fixture(), upload.id)).status).toBe('waiting');
  });

  it('S3 refuses a part when the signer may not write it', async () => {
    const { upload, grant } = await created();
    const url = grant.urlTemplate
      .replace('{partNumber}', '1')
      .replace('{signature}', grant.signatures[0] ?? '');
    const response = await fetch(url, { method: 'PUT', body: film });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
    expect(refusedTo(fixture(), 'Signer/Role')).toContainEqual(
      expect.stringMatching(`^s3:PutObject on arn:aws:s3:::.*/${upload.id}/source$`),
    );
  });
});

describe('A rule without permission to start the workflow, and an inspection without permission to read', () => {
  const fixture = hostedWithout('start');

  it('the event becomes a dead letter; an upload started from it ends failed with its reason', async () => {
    const { id } = await uploadFilm(fixture());
    const letter = await deadLetter(fixture(), (body) => body.includes(id));
    expect(refusedTo(fixture(), 'ObjectCreated/Role')).toEqual([
      `states:StartExecution on ${fixture().hosted.stateMachine}`,
    ]);
    expect((await itemOf(fixture(), id)).status).toBe('uploaded');

    await fixture().states.send(
      new StartExecutionCommand({ stateMachineArn: fixture().hosted.stateMachine, input: letter }),
    );
    const ended = await endOf(fixture(), id, 'failed');
    expect(ended.reason).toMatchObject({ code: 'inspection_failed' });
    expect(refusedTo(fixture(), 'Workflow/InspectMedia/Role')).toContainEqual(
      expect.stringMatching(`^s3:GetObjectVersion on arn:aws:s3:::.*/${id}/source$`),
    );
  });
});

describe('MediaConvert without permission to write, and rule functions without a permission', () => {
  const fixture = hostedWithout('outputs');

  it('the upload ends failed with its reason and without progress', async () => {
    const { id } = await uploadFilm(fixture());
    const ended = await endOf(fixture(), id, 'failed');
    expect(ended.reason?.code).toBe('transcode_failed');
    expect(refusedTo(fixture(), 'ProcessUpload/Transcoding/Role')).toContainEqual(
      expect.stringMatching(`^s3:PutObject on arn:aws:s3:::.*/videos/${id}/`),
    );
    expect(ended.transcodePercent).toBeUndefined();
    await eventually('the function to be refused', () =>
      refusedTo(fixture(), 'JobProgress/RecordJob/Role').find((call) =>
        call.startsWith('dynamodb:UpdateItem on arn:aws:dynamodb:'),
      ),
    );
  });

  /** Invokes a function with the event that its rule sends. */
  const invoke = async (path: string, event: object) => {
    const lambda = new LambdaClient({
      region: 'us-east-1',
      endpoint: fixture().hosted.endpoints.services,
      credentials: fixture().cloud.operator,
    });
    const found = fixture().cloud.resources.find(
      ({ type, cdkPath = '' }) => type === 'AWS::Lambda::Function' && cdkPath.includes(path),
    );
    const response = await lambda.send(
      new InvokeCommand({
        FunctionName: found?.physicalId,
        Payload: Buffer.from(JSON.stringify(event)),
      }),
    );
    lambda.destroy();
    return { error: response.FunctionError, text: Buffer.from(response.Payload ?? []).toString() };
  };

  it('the function that records progress fails with the denial, which the alarm counts', async () => {
    const { upload } = await begin(fixture());
    const event = {
      source: 'aws.mediaconvert',
      'detail-type': 'MediaConvert Job State Change',
      detail: {
        status: 'PROGRESSING',
        jobId: '1700000000000-abcdef',
        userMetadata: { uploadId: upload.id },
      },
    };
    expect(await invoke('/JobProgress/RecordJob/', event)).toEqual({
      error: 'Unhandled',
      text: expect.stringContaining('dynamodb:UpdateItem'),
    });
  });

  it('the reconciler without permission to query uploads counts faults, which an alarm reports', async () => {
    const { error, text } = await invoke('/Reconciler/ReconcileUploads/', {});
    expect(error).toBeUndefined();
    expect(JSON.parse(text).counters.faults).toBeGreaterThan(0);
    expect(refusedTo(fixture(), 'Reconciler/ReconcileUploads/Role')).toContainEqual(
      expect.stringMatching(/^dynamodb:Query on arn:aws:dynamodb:.*\/index\/byStatus$/),
    );
  });
});

describe('A publication without permission to read the outputs', () => {
  const fixture = hostedWithout('publish');

  it('the upload ends failed with its reason', async () => {
    const { id } = await uploadFilm(fixture());
    const ended = await endOf(fixture(), id, 'failed');
    expect(ended.reason?.code).toBe('publish_failed');
    expect(refusedTo(fixture(), 'Workflow/PublishVideo/Role')).toContainEqual(
      expect.stringMatching(`^s3:GetObject on arn:aws:s3:::.*/videos/${id}/`),
    );
  });
});

describe('A workflow without permission to pass its role to MediaConvert', () => {
  const fixture = hostedWithout('passing');

  it('creates no job: upload and execution end with the same reason', async () => {
    const { upload, parts } = await begin(fixture());
    await fixture().api.complete(upload.id, { parts: await send(parts) });
    const ended = await endOf(fixture(), upload.id, 'failed');
    expect(ended.reason).toMatchObject({
      code: 'transcode_failed',
      detail: expect.stringMatching(/^Error MediaConvert\./),
    });
    const { Arn } =
      rolesOf(fixture().cloud.resources).find(({ cdkPath }) => cdkPath?.includes('/Transcoding/'))
        ?.attributes ?? {};
    expect(refusedTo(fixture(), 'ProcessUpload/Role')).toContain(`iam:PassRole on ${Arn}`);
    const { status, error } = await eventually('the end of the execution', async () => {
      const described = await fixture().states.send(
        new DescribeExecutionCommand({ executionArn: ended.execution }),
      );
      return described.status === 'RUNNING' ? undefined : described;
    });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'transcode_failed' });
  });
});
