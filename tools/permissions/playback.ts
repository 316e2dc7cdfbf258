import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import type { OriginalResponse, PlaybackResponse } from '../../core/contract/wire.ts';
import { playbackOf } from '../cloud/playback-of.ts';
import { endOf, type Fixture, uploadFilm } from './fixture.ts';
import type { Scenario } from './scenarios.ts';

/** As often as a function counts requests in its memory before it writes them, also at the turn of a minute. */
const REQUESTS = 20;

/** A video is captioned, played by everybody who may, downloaded, removed, restored and deleted. */
export const playing: Scenario = {
  name: 'captioned, played, removed, restored',
  async run(fixture) {
    const { id } = await uploadFilm(fixture);
    await endOf(fixture, id, 'ready');
    const path = `/v1/uploads/${id}`;
    await expectOk(ask(fixture, 'PUT', `${path}/captions/en`, 'text/vtt', CAPTIONS));
    await expectOk(ask(fixture, 'PUT', `${path}/visibility`, 'application/json', PUBLIC));
    for (let request = 0; request < REQUESTS; request += 1) {
      const { hls } = await playbackOf(fixture.hosted.api, fixture.token, id);
      if (request === 0) await playFrom(hls);
      await expectOk(ask(fixture, 'GET', `${path}/captions/en`));
      const original = await expectOk(ask(fixture, 'GET', `${path}/original`));
      if (request === 0)
        await expectOk(fetch(((await original.json()) as OriginalResponse).original.url));
      await playForViewer(fixture, id);
    }
    const open = await expectOk(fetch(new URL(`/v1/videos/${id}/playback`, fixture.hosted.api)));
    await expectOk(
      fetch(((await open.json()) as PlaybackResponse).playback.captions[0]?.url ?? ''),
    );
    await expectOk(ask(fixture, 'PUT', `${path}/captions/de`, 'text/vtt', CAPTIONS));
    await expectOk(ask(fixture, 'DELETE', `${path}/captions/en`));
    for (const what of ['remove', 'restore']) {
      const moderator = { ...fixture, token: fixture.moderator };
      await expectOk(ask(moderator, 'POST', `${path}/${what}`));
    }
    await fixture.api.cancel(id);
  },
};

/** A file, and one that is missing: CloudFront may list the bucket, so that S3 says which it is. */
async function playFrom(hls: string): Promise<void> {
  await expectOk(fetch(hls));
  const { status } = await fetch(hls.replace('index.', 'absent.'));
  if (status !== 404) throw new Error(`A missing file returned ${status}; expected 404.`);
}

const CAPTIONS = 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n';
const PUBLIC = '{"visibility":"public"}';

function ask(
  { hosted, token }: Pick<Fixture, 'hosted' | 'token'>,
  method: string,
  path: string,
  type?: string,
  body?: string,
): Promise<Response> {
  return fetch(new URL(path, hosted.api), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(type && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  });
}

async function expectOk(response: Promise<Response>): Promise<Response> {
  const got = await response;
  if (got.ok) return got;
  throw new Error(
    `${new URL(got.url).pathname.slice(0, 20)} returned ${got.status}: ${await got.text()}`,
  );
}

/** The local identity provider has no client of a backend, so the function is called as API Gateway would call it. */
async function playForViewer({ hosted }: Fixture, id: string): Promise<void> {
  const client = new LambdaClient({
    region: 'us-east-1',
    endpoint: hosted.endpoints.services,
    credentials: hosted.operator,
  });
  try {
    const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
    const name = Functions.map(({ FunctionName = '' }) => FunctionName).find((each) =>
      each.toLowerCase().includes('createviewerplayback'),
    );
    const event = {
      routeKey: 'POST /v1/videos/{id}/playback',
      headers: { 'content-type': 'application/json' },
      pathParameters: { id },
      body: '{"viewer":"someone"}',
      requestContext: {
        requestId: 'permissions',
        authorizer: { jwt: { claims: { sub: 'backend', token_use: 'access' } } },
      },
    };
    const { Payload } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) }),
    );
    const { statusCode, body } = JSON.parse(Buffer.from(Payload ?? []).toString());
    if (statusCode !== 200)
      throw new Error(`create-viewer-playback returned ${statusCode}: ${body}`);
  } finally {
    client.destroy();
  }
}
