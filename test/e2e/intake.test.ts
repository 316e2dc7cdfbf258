import type { FormGrant, PutGrant, Upload } from '../../core/contract/wire.ts';
import {
  closeIntake,
  type IntakeTarget,
  intakeStatus,
  openIntake,
} from '../../tools/intake/intake-switch.ts';
import { hostedTarget } from '../../tools/intake/intake-target.ts';
import { eventually } from '../kit/eventually.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';
import { film, plainClient, post, put } from '../kit/single-request-client.ts';

let cloud: HostedCloud;
let client: ReturnType<typeof plainClient>;
let target: IntakeTarget;

beforeAll(async () => {
  cloud = await hostCloud();
  client = plainClient(cloud);
  target = hostedTarget(cloud.hosted);
});

afterAll(() => cloud?.close());

const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: film.length };
const create = (method: string) =>
  client.ask<{ upload: Upload; grant: PutGrant & FormGrant; code?: string }>(
    'POST',
    '/v1/uploads',
    { ...request, method },
  );

async function statusesOf(calls: readonly (() => Promise<{ status: number; body: unknown }>)[]) {
  const responses = await Promise.all(calls.map((call) => call()));
  return responses.map(({ status, body }) => [status, (body as { code?: string }).code]);
}

it('The intake can be closed and opened: no new grants, live ones end, and work in progress finishes', async () => {
  const [first, second, third] = [await create('put'), await create('put'), await create('post')];
  const capability = await client.companionPath();
  expect(await put(first.body.grant)).toMatchObject({ status: 200 });
  expect(await intakeStatus(target)).toEqual({ closedSince: undefined, deniedRoles: [] });

  await closeIntake(target, Date.now());

  expect(await intakeStatus(target)).toEqual({
    closedSince: expect.stringMatching(/^\d{4}-/),
    deniedRoles: cloud.hosted.signerRoles,
  });
  // Live grants end at once.
  expect(await put(second.body.grant)).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(await post(third.body.grant)).toMatchObject({ status: 403 });
  // Each function reads the switch again after some seconds.
  const refused = [503, 'intake_closed'];
  const grants = [
    () => create('multipart'),
    () => create('put'),
    () => client.ask('POST', `/v1/uploads/${second.body.upload.id}/grant`),
    () => client.ask('POST', '/v1/companion-sessions'),
    () =>
      client.ask(
        'POST',
        `${capability}/s3/multipart`,
        { filename: 'f.mp4', type: 'video/mp4', metadata: { size: film.length } },
        false,
      ),
    () =>
      client.ask(
        'GET',
        `${capability}/s3/params?filename=f.mp4&type=video/mp4&metadata[size]=${film.length}`,
        undefined,
        false,
      ),
  ];
  await eventually(async () =>
    (await statusesOf(grants)).every((found) => JSON.stringify(found) === JSON.stringify(refused)),
  );
  const response = await fetch(new URL('/v1/uploads', cloud.hosted.api), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await cloud.tokenOf('uploader-a')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(request),
  });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
  // Everything else works.
  expect(await client.endOf(first.body.upload.id)).toMatchObject({ status: 'ready' });
  expect((await client.ask('GET', '/v1/uploads')).status).toBe(200);
  expect((await client.ask('DELETE', `/v1/uploads/${third.body.upload.id}`)).status).toBe(200);

  await openIntake(target);

  expect(await intakeStatus(target)).toEqual({ closedSince: undefined, deniedRoles: [] });
  await eventually(async () => (await create('multipart')).status === 201);
  // A grant that has not expired works again.
  expect(await put(second.body.grant)).toMatchObject({ status: 200 });
  expect(await client.endOf(second.body.upload.id)).toMatchObject({ status: 'ready' });
  await openIntake(target);
});

it('A closed intake stays closed when the cloud starts again', async () => {
  await closeIntake(target, Date.now());
  await cloud.kill();
  await cloud.restart();
  expect(await intakeStatus(target)).toMatchObject({ deniedRoles: cloud.hosted.signerRoles });
  expect(await create('put')).toMatchObject({ status: 503, body: { code: 'intake_closed' } });
  await openIntake(target);
});
