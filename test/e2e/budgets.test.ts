import type { FaultRuleInput } from '@reelgate/local-cloud';
import type { Problem } from '../../core/contract/problem.ts';
import type { Upload } from '../../core/contract/upload.ts';
import { type CloudControl, controlOf } from '../kit/cloud-control.ts';
import { eventually } from '../kit/eventually.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';

const HOUR_MS = 3_600_000;
const REQUESTS = 12;
const BY_COMPANION = 4;

let cloud: HostedCloud;
let control: CloudControl;

beforeAll(async () => {
  cloud = await hostCloud(
    {
      budgets: {
        uploadsPerDay: 2,
        companionSessionsPerDay: 1,
        requestsPerMinute: REQUESTS,
        companionRequestsPerMinute: BY_COMPANION,
        metadataBytes: 10,
      },
    },
    { control: true },
  );
  control = controlOf(cloud.hosted);
});

afterAll(() => cloud?.close());

async function ask<Body = Problem>(
  username: string | undefined,
  method: string,
  path: string,
  body?: object,
) {
  const response = await fetch(new URL(path, cloud.hosted.api), {
    method,
    headers: {
      ...(username && { authorization: `Bearer ${await cloud.tokenOf(username)}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const { status, headers } = response;
  return {
    status,
    retryAfter: Number(headers.get('retry-after')),
    body: (await response.json()) as Body,
  };
}

const film = { fileName: 'film.mp4', contentType: 'video/mp4', size: 1 };
const create = (username: string, more = {}) =>
  ask<Problem & { upload: Upload }>(username, 'POST', '/v1/uploads', { ...film, ...more });

/** Functions have the machine's clock: the requests of a test must not fall into two minutes. */
async function inOneMinute(): Promise<void> {
  await eventually(() => new Date().getUTCSeconds() < 45);
}

describe('The uploads of a day', () => {
  it('are refused after the last one with the hour at which they begin again, deleted or not', async () => {
    const first = await create('uploader-a');
    expect(first.status).toBe(201);
    await ask('uploader-a', 'DELETE', `/v1/uploads/${first.body.upload.id}`);
    expect((await create('uploader-a', { method: 'put' })).status).toBe(201);
    for (const method of ['multipart', 'put', 'post']) {
      const { status, body, retryAfter } = await create('uploader-a', { method });
      expect([status, body.code]).toEqual([429, 'daily_uploads_exceeded']);
      expect(body.detail).toMatch(/^2 of 2 uploads of \d{4}-\d\d-\d\d are used; the next day/);
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual((24 * HOUR_MS) / 1000);
    }
    expect((await create('uploader-b')).status).toBe(201);
  });
});

it('Metadata over the budget is refused', async () => {
  const { status, body } = await create('uploader-b', { metadata: { note: '1234567' } });
  expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([
    422,
    'invalid_request',
    '/metadata',
  ]);
});

describe('The requests of a minute', () => {
  const list = (username: string) => ask(username, 'GET', '/v1/uploads');

  it('are refused over the budget with the seconds until the next minute', async () => {
    await inOneMinute();
    const responses = [];
    for (let i = 0; i < REQUESTS + 5; i += 1) responses.push(await list('moderator-a'));
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    for (const { body, retryAfter } of refused) {
      expect(body.code).toBe('too_many_requests');
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(60);
    }
    expect((await list('moderator-b')).status).toBe(200);
  });

  it('are refused as unavailable while they cannot be counted', async () => {
    const fault: FaultRuleInput = {
      service: 'dynamodb',
      operation: 'UpdateItem',
      caller: 'listuploads',
      kind: 'throttle',
      times: 'always',
    };
    const [rule] = await control.add(fault);
    const { status, body, retryAfter } = await list('moderator-b');
    expect([status, body.code, retryAfter]).toEqual([503, 'unavailable', 1]);
    await control.remove(rule?.id);
    expect((await list('moderator-b')).status).toBe(200);
  });
});

describe('A Companion session', () => {
  it('has a budget of requests of its own, and only one is created a day', async () => {
    const session = await ask<{ path: string }>('uploader-b', 'POST', '/v1/companion-sessions');
    expect(session.status).toBe(201);
    const another = await ask('uploader-b', 'POST', '/v1/companion-sessions');
    expect([another.status, another.body.code]).toEqual([429, 'daily_sessions_exceeded']);
    const parts = `${session.body.path}/s3/multipart/019b7c2e-5a3e-7000-8000-0123456789ab?key=x`;
    await inOneMinute();
    const responses = [];
    for (let i = 0; i < BY_COMPANION + 2; i += 1)
      responses.push(await ask(undefined, 'GET', parts));
    expect(responses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 429, 429]);
  });
});
