import { createHandler as viewerPlayback } from '../../../../functions/create-viewer-playback.ts';
import { createHandler as publicPlayback } from '../../../../functions/get-public-playback.ts';
import { createHandler as setVisibility } from '../../../../functions/set-visibility.ts';
import { UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { apiEvent } from '../http/exchange.ts';
import { context, handlerWorld, invoke } from './invoke.ts';

describe('PUT /v1/uploads/{id}/visibility', () => {
  it.each(['public', 'private'] as const)(
    'makes a video %s, and changes nothing else',
    async (to) => {
      const { ports, table, runtime } = handlerWorld();
      const item = table.add(
        uploadIn('ready', { visibility: to === 'public' ? 'private' : 'public' }),
      );
      const handler = setVisibility(ports, runtime);
      const { status, body } = await invoke(handler, { body: { visibility: to } });
      expect([status, body.upload.visibility]).toEqual([200, to]);
      expect(table.items.get(UPLOAD_ID)).toEqual({ ...item, visibility: to });
    },
  );

  it.each([
    ['an upload of another owner', { subject: 'b' }, 'ready', 404, 'upload_not_found'],
    ['a deleted upload', {}, 'cancelled', 409, 'status_conflict'],
    ['an unknown visibility', { body: { visibility: 'secret' } }, 'ready', 422, 'invalid_request'],
  ] as const)('refuses %s', async (_, sent, from, httpStatus, code) => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn(from));
    const request = { body: { visibility: 'public' }, ...sent };
    const { status, body } = await invoke(setVisibility(ports, runtime), request);
    expect([status, body.code]).toEqual([httpStatus, code]);
    expect(table.items.get(UPLOAD_ID)?.visibility).toBe('private');
  });
});

describe('GET /v1/videos/{id}/playback', () => {
  const ask = async (made: ReturnType<typeof handlerWorld>, id = UPLOAD_ID) => {
    const event = apiEvent({ pathParameters: { id } });
    const { statusCode, body } = await publicPlayback(made.ports, made.runtime)(event, context);
    return { status: statusCode, body: JSON.parse(body) };
  };

  it('gives everybody the addresses of a public video, without a token', async () => {
    const made = handlerWorld();
    made.table.add(uploadIn('ready', { visibility: 'public' }));
    const { status, body } = await ask(made);
    expect(status).toBe(200);
    expect(body.playback.hls).toContain(`/${UPLOAD_ID}/index.m3u8`);
  });

  it('responds the same for a private, a removed, an unfinished and an absent video', async () => {
    const responses = [];
    for (const item of [
      uploadIn('ready'),
      uploadIn('removed', { visibility: 'public' }),
      uploadIn('transcoding', { visibility: 'public' }),
      undefined,
    ]) {
      const made = handlerWorld();
      if (item) made.table.add(item);
      responses.push(await ask(made));
    }
    expect(responses[0]).toMatchObject({ status: 404, body: { code: 'upload_not_found' } });
    for (const response of responses) expect(response).toEqual(responses[0]);
  });
});

describe('POST /v1/videos/{id}/playback', () => {
  it('gives a backend the addresses of any video, for the viewer that it names', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('ready'));
    const sent = { subject: 'backend', body: { viewer: 'user 17' } };
    const { status, body } = await invoke(viewerPlayback(ports, runtime), sent);
    expect(status).toBe(200);
    const token = body.playback.hls.split('/')[4].split('.')[1];
    expect(JSON.parse(Buffer.from(token, 'base64url').toString())).toMatchObject({
      sub: 'user 17',
    });
  });

  it.each([
    ['an absent video', { viewer: 'v' }, undefined, 404, 'upload_not_found'],
    ['a removed video', { viewer: 'v' }, 'removed', 409, 'removed_by_moderator'],
    ['no viewer', {}, 'ready', 422, 'invalid_request'],
    ['a long viewer', { viewer: 'v'.repeat(257) }, 'ready', 422, 'invalid_request'],
  ] as const)('refuses %s', async (_, body, from, httpStatus, code) => {
    const { ports, table, runtime } = handlerWorld();
    if (from) table.add(uploadIn(from));
    const response = await invoke(viewerPlayback(ports, runtime), { body });
    expect([response.status, response.body.code]).toEqual([httpStatus, code]);
  });
});
