import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { upload, watch } from '@reelgate/client';
import type { PlaybackAccess } from '../../core/contract/wire.ts';
import { playbackOf } from '../../tools/cloud/playback-of.ts';
import { checkPlayback } from '../../tools/demo/check-playback.ts';
import { urisOf } from '../../tools/player/uris.ts';
import { controlOf } from '../kit/cloud-control.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';

const MEDIA = join(import.meta.dirname, '..', 'fixtures', 'media');
const ORIGIN = 'http://localhost:5173';
const HOUR_MS = 3_600_000;

let cloud: HostedCloud;
/** Two ready videos of `uploader-a`. */
let id: string;
let otherId: string;

beforeAll(async () => {
  cloud = await hostCloud({}, { control: true });
  [id, otherId] = await Promise.all([ready('sample.mp4'), ready('sample_video_only.mp4')]);
});

afterAll(() => cloud?.close());

async function ready(name: string): Promise<string> {
  const token = await cloud.tokenOf('uploader-a');
  const api = { api: cloud.hosted.api, getToken: () => token };
  const options = { ...api, fileName: name, contentType: 'video/mp4' };
  const sent = await upload(await openAsBlob(join(MEDIA, name)), options).done;
  const ended = await watch(sent.id, { ...api, everyMs: 200 });
  expect(ended.status).toBe('ready');
  return sent.id;
}

async function ask(who: string, method: string, path: string, body?: string, type = 'text/vtt') {
  const response = await fetch(new URL(path, cloud.hosted.api), {
    method,
    headers: {
      authorization: `Bearer ${await cloud.tokenOf(who)}`,
      ...(body !== undefined && { 'content-type': type }),
    },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, body: await response.json() };
}

async function play(video = id): Promise<PlaybackAccess> {
  return playbackOf(cloud.hosted.api, await cloud.tokenOf('uploader-a'), video);
}

const get = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { headers: { origin: ORIGIN, ...headers } });

const tokenOf = (url: string) => url.split('/')[4] ?? '';

describe('A ready video', () => {
  it('plays by the addresses that its owner gets', async () => {
    const said: string[] = [];
    const { renditions } = await checkPlayback(await play(), (line) => said.push(line));
    expect(renditions.length).toBeGreaterThan(1);
    expect(said.join('\n')).toContain('sound');
  });

  it('gives each of its files to the right token only, and tells pages why not', async () => {
    const captions = 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n';
    const put = await ask('uploader-a', 'PUT', `/v1/uploads/${id}/captions/en`, captions);
    expect([put.status, put.body.upload.captions]).toEqual([
      200,
      [{ language: 'en', name: 'English' }],
    ]);
    const playback = await play();
    const other = tokenOf((await play(otherId)).hls);
    const mine = tokenOf(playback.hls);
    const [header, claims = '', signature = ''] = mine.split('.');
    const longer = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), exp: 9e9 }),
    ).toString('base64url');
    const wrong = {
      'of another video': other,
      'with a later end': `${header}.${longer}.${signature}`,
      'with another signature': `${header}.${claims}.${signature.slice(1)}A`,
      'that is none': 'a.b.c',
    };
    const uris = await urisOf(playback);
    expect(uris.length).toBeGreaterThan(20);
    const kinds = new Set(uris.map((uri) => uri.slice(uri.lastIndexOf('.'))));
    expect([...kinds].sort()).toEqual(['.cmfa', '.cmfv', '.jpg', '.m3u8', '.mpd', '.vtt']);
    for (const uri of uris) {
      const right = await get(uri);
      expect([uri, right.status]).toEqual([uri, 200]);
      expect(right.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(right.headers.get('x-content-type-options')).toBe('nosniff');
      await right.arrayBuffer();
      const part = await get(uri, { range: 'bytes=0-3' });
      expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 4]);
      for (const [what, token] of Object.entries(wrong)) {
        const refused = await get(uri.replace(mine, token));
        expect([what, refused.status]).toEqual([what, 403]);
        expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
        expect(refused.headers.get('cache-control')).toBe('no-store');
      }
      const { origin, pathname } = new URL(uri);
      const file = pathname.split('/').slice(4).join('/');
      for (const path of [`/videos/${id}/${file}`, `/${id}/${file}`, `/v/${id}/${file}`])
        expect((await get(`${origin}${path}`)).status).toBe(403);
    }
  }, 120_000);

  it('has a file that is missing as 404, which is no reason to renew a token', async () => {
    const { hls } = await play();
    expect((await get(hls.replace('index.', 'absent.'))).status).toBe(404);
  });

  it('cannot be read from the bucket', async () => {
    const { s3 } = cloud.hosted.endpoints;
    const url = `${s3}/${cloud.hosted.outputBucket}/videos/${id}/index.m3u8`;
    expect((await fetch(url)).status).toBe(403);
  });

  it('is public only while its owner wants that', async () => {
    const open = () => fetch(new URL(`/v1/videos/${id}/playback`, cloud.hosted.api));
    expect((await open()).status).toBe(404);
    const type = 'application/json';
    const set = (visibility: string) =>
      ask(
        'uploader-a',
        'PUT',
        `/v1/uploads/${id}/visibility`,
        JSON.stringify({ visibility }),
        type,
      );
    expect((await set('public')).body.upload.visibility).toBe('public');
    const response = await open();
    const { playback } = (await response.json()) as { playback: PlaybackAccess };
    expect((await get(playback.hls)).status).toBe(200);
    await set('private');
    expect((await open()).status).toBe(404);
    const backend = await ask(
      'uploader-a',
      'POST',
      `/v1/videos/${id}/playback`,
      '{"viewer":"v"}',
      type,
    );
    expect(backend.status).toBe(403);
  });

  it('can be downloaded by its owner as it was uploaded', async () => {
    const { body } = await ask('uploader-a', 'GET', `/v1/uploads/${id}/original`);
    const response = await fetch(body.original.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toContain('filename="sample.mp4"');
    const original = await openAsBlob(join(MEDIA, 'sample.mp4'));
    expect((await response.arrayBuffer()).byteLength).toBe(original.size);
    const { status } = await ask('uploader-b', 'GET', `/v1/uploads/${id}/original`);
    expect(status).toBe(404);
  });
});

describe('A removed video', () => {
  it('is refused at the next request of a running player, and plays again when it is restored', async () => {
    const { hls } = await play();
    expect((await get(hls)).status).toBe(200);
    for (const who of ['uploader-a', 'uploader-b']) {
      const refused = await ask(who, 'POST', `/v1/uploads/${id}/remove`);
      expect([refused.status, refused.body.code]).toEqual([403, 'moderators_only']);
    }
    const removed = await ask('moderator-a', 'POST', `/v1/uploads/${id}/remove`);
    expect([removed.status, removed.body.upload?.status]).toEqual([200, 'removed']);
    expect((await get(hls)).status).toBe(403);
    const seen = await ask('uploader-a', 'GET', `/v1/uploads/${id}`);
    expect(seen.body.upload).toMatchObject({ reason: { code: 'removed_by_moderator' } });
    expect(seen.body.upload.timeline.at(-1)).toMatchObject({ from: 'ready', by: 'moderator' });
    expect(await ask('uploader-a', 'GET', `/v1/uploads/${id}/playback`)).toMatchObject({
      status: 409,
      body: { code: 'removed_by_moderator' },
    });
    const restored = await ask('moderator-b', 'POST', `/v1/uploads/${id}/restore`);
    expect([restored.status, restored.body.upload?.status]).toEqual([200, 'ready']);
    expect(restored.body.upload).not.toHaveProperty('reason');
    expect((await get(hls)).status).toBe(200);
  });
});

describe('A deleted video', () => {
  it('is refused, though the cache has its files', async () => {
    const { hls } = await play(otherId);
    expect((await get(hls)).status).toBe(200);
    const deleted = await ask('uploader-a', 'DELETE', `/v1/uploads/${otherId}`);
    expect(deleted.body.upload).toMatchObject({ status: 'cancelled' });
    expect((await get(hls)).status).toBe(403);
  });
});

describe('A token', () => {
  it('ends two hours after the length of the video', async () => {
    const { hls } = await play();
    const clock = controlOf(cloud.hosted);
    await clock.moveClock(1.9 * HOUR_MS);
    expect((await get(hls)).status).toBe(200);
    await clock.moveClock(0.2 * HOUR_MS);
    expect((await get(hls)).status).toBe(403);
  });
});
