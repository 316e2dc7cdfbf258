import { MAX_CAPTIONS_BYTES } from '../../../../core/playback/captions.ts';
import { outputPrefix } from '../../../../core/uploads/object-keys.ts';
import { createHandler as remove } from '../../../../functions/delete-captions.ts';
import { createHandler as read } from '../../../../functions/get-captions.ts';
import { createHandler as put } from '../../../../functions/put-captions.ts';
import { UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { apiEvent, withClaims } from '../http/exchange.ts';
import { context, handlerWorld, invoke } from './invoke.ts';

const VTT = 'WEBVTT\n\n00:01.000 --> 00:02.000\nÜber\n';
const path = { id: UPLOAD_ID, language: 'de' };

function world() {
  const made = handlerWorld();
  made.table.add(uploadIn('ready'));
  const prefix = outputPrefix(UPLOAD_ID);
  made.storage.texts
    .set(`${prefix}index.m3u8`, '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n')
    .set(`${prefix}index.mpd`, '<MPD><Period></Period></MPD>');
  const send = async (body: string | Uint8Array, type: string) => {
    const encoded = typeof body !== 'string';
    const event = apiEvent({
      ...withClaims({ sub: 'a', token_use: 'access' }),
      pathParameters: path,
      headers: { 'content-type': type },
      body: encoded ? Buffer.from(body).toString('base64') : body,
      isBase64Encoded: encoded,
    });
    const response = await put(made.ports, made.runtime)(event, context);
    return { status: response.statusCode, body: JSON.parse(response.body) };
  };
  return { ...made, send };
}

describe('Captions of a video', () => {
  it.each([
    ['text', VTT, 'text/vtt; charset=utf-8'],
    ['bytes that API Gateway has encoded', Buffer.from(VTT), 'text/vtt'],
    ['SubRip', Buffer.from('1\n00:00:01,000 --> 00:00:02,000\nÜber\n'), 'application/x-subrip'],
  ])('are put as %s, shown with the upload, read and deleted', async (_, body, type) => {
    const { send, ports, runtime } = world();
    const response = await send(body, type);
    expect(response.status).toBe(200);
    expect(response.body.upload.captions).toEqual([{ language: 'de', name: 'Deutsch' }]);
    const found = await invoke(read(ports, runtime), { path });
    expect(found.body.captions).toMatchObject({ language: 'de', name: 'Deutsch' });
    expect(found.body.captions.vtt).toContain('Über');
    const deleted = await invoke(remove(ports, runtime), { path });
    expect(deleted.body.upload).not.toHaveProperty('captions');
    expect((await invoke(read(ports, runtime), { path })).status).toBe(404);
  });

  it.each([
    ['another type', VTT, 'text/html', 415],
    ['no type', VTT, '', 415],
    ['bytes that are no UTF-8', Buffer.from([0x57, 0xff]), 'text/vtt', 400],
    ['no body', '', 'text/vtt', 422],
    ['a body that is too large', 'x'.repeat(MAX_CAPTIONS_BYTES + 1), 'text/vtt', 413],
  ])('are refused with %s', async (_, body, type, status) => {
    const { send } = world();
    expect((await send(body, type)).status).toBe(status);
  });
});
