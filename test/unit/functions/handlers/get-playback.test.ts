import { createHandler } from '../../../../functions/get-playback.ts';
import { NOW, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

const HOUR = 3_600;

/** The claims of the token in an address of the media's host. */
function claimsIn(url: string): Record<string, unknown> {
  const [, , , , token = ''] = url.split('/');
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describe('GET /v1/uploads/{id}/playback', () => {
  it('returns complete addresses with one token for this video and viewer', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('ready'));
    const { status, headers, body } = await invoke(createHandler(ports, runtime));
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    const { hls, dash, poster, storyboard, ...rest } = body.playback;
    const [prefix] = hls.split('index.m3u8');
    expect(prefix).toMatch(
      new RegExp(`^https://media.example.com/v/[\\w-]+\\.[\\w-]+\\.[\\w-]+/${UPLOAD_ID}/$`),
    );
    expect({ hls, dash, poster, storyboard }).toEqual({
      hls: `${prefix}index.m3u8`,
      dash: `${prefix}index.mpd`,
      poster: `${prefix}poster.0000000.jpg`,
      storyboard: `${prefix}storyboard.vtt`,
    });
    const exp = Math.floor(NOW / 1_000) + 12 + 2 * HOUR;
    expect(rest).toEqual({
      captions: [],
      durationSeconds: 12,
      expiresAt: new Date(exp * 1_000).toISOString(),
    });
    expect(claimsIn(hls)).toEqual({ vid: UPLOAD_ID, sub: 'a', exp, scope: 'play', kid: 'key-1' });
  });

  it.each([
    ['an absent upload', {}],
    ['an upload of another owner', { subject: 'b' }],
  ])('responds 404 for %s', async (name, sent) => {
    const { ports, table, runtime } = handlerWorld();
    if (name !== 'an absent upload') table.add(uploadIn('ready'));
    const { status, body } = await invoke(createHandler(ports, runtime), sent);
    expect([status, body.code]).toEqual([404, 'upload_not_found']);
  });

  it('gives a moderator access to any video', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('ready'));
    const claims = { 'cognito:groups': '[moderators]' };
    const { status, body } = await invoke(createHandler(ports, runtime), { subject: 'm', claims });
    expect(status).toBe(200);
    expect(claimsIn(body.playback.hls)).toMatchObject({ vid: UPLOAD_ID, sub: 'm' });
  });

  it('responds 409 for a removed video', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('removed'));
    const { status, body } = await invoke(createHandler(ports, runtime));
    expect([status, body.code]).toEqual([409, 'removed_by_moderator']);
  });

  it('responds 409 with the status of an upload that is not ready', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('transcoding'));
    const { status, body } = await invoke(createHandler(ports, runtime));
    expect([status, body.code]).toEqual([409, 'playback_not_ready']);
    expect(body.detail).toContain('transcoding; expected ready');
  });

  it('responds 501 where videos are not delivered', async () => {
    const { ports, table, runtime } = handlerWorld();
    table.add(uploadIn('ready'));
    const off = { ...ports, delivery: undefined };
    const { status, body } = await invoke(createHandler(off, runtime));
    expect([status, body.code]).toEqual([501, 'delivery_off']);
  });

  it.each([
    ['is published', undefined],
    [
      'signs',
      [{ kid: 'next', secret: 'x'.repeat(43), from: NOW / 1_000 + 60, until: NOW / 1_000 + 120 }],
    ],
  ])('responds 503 with Retry-After until a key %s', async (_, keys) => {
    const { ports, table, delivery, runtime } = handlerWorld();
    table.add(uploadIn('ready'));
    delivery.current = keys;
    const { status, body, headers } = await invoke(createHandler(ports, runtime));
    expect([status, body.code, headers['retry-after']]).toEqual([
      503,
      'playback_key_missing',
      '30',
    ]);
  });
});
