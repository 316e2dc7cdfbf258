import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { upload, watch } from '@reelgate/client';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';

const VIDEO = join(import.meta.dirname, '..', 'fixtures', 'media', 'sample_video_only.mp4');

let cloud: HostedCloud;

beforeAll(async () => {
  cloud = await hostCloud();
});

afterAll(() => cloud?.close());

async function ask(who: string, method: string, path: string) {
  const response = await fetch(new URL(path, cloud.hosted.api), {
    method,
    headers: { authorization: `Bearer ${await cloud.tokenOf(who)}` },
  });
  return { status: response.status, body: await response.json() };
}

describe('A ready video', () => {
  it('is removed and restored by a moderator only, and its owner sees both', async () => {
    const token = await cloud.tokenOf('uploader-a');
    const api = { api: cloud.hosted.api, getToken: () => token };
    const options = { ...api, fileName: 'film.mp4', contentType: 'video/mp4' };
    const { id } = await upload(await openAsBlob(VIDEO), options).done;
    expect(await watch(id, { ...api, everyMs: 200 })).toMatchObject({ status: 'ready' });

    for (const who of ['uploader-a', 'uploader-b']) {
      const refused = await ask(who, 'POST', `/v1/uploads/${id}/remove`);
      expect([refused.status, refused.body.code]).toEqual([403, 'moderators_only']);
    }
    const removed = await ask('moderator-a', 'POST', `/v1/uploads/${id}/remove`);
    expect([removed.status, removed.body.upload?.status]).toEqual([200, 'removed']);
    const seen = await ask('uploader-a', 'GET', `/v1/uploads/${id}`);
    expect(seen.body.upload).toMatchObject({
      status: 'removed',
      reason: { code: 'removed_by_moderator' },
    });
    expect(seen.body.upload.timeline.at(-1)).toMatchObject({ from: 'ready', by: 'moderator' });
    expect(await ask('uploader-a', 'GET', `/v1/uploads/${id}/playback`)).toMatchObject({
      status: 409,
      body: { code: 'removed_by_moderator' },
    });

    const restored = await ask('moderator-b', 'POST', `/v1/uploads/${id}/restore`);
    expect([restored.status, restored.body.upload?.status]).toEqual([200, 'ready']);
    expect(restored.body.upload).not.toHaveProperty('reason');
    const deleted = await ask('uploader-a', 'DELETE', `/v1/uploads/${id}`);
    expect(deleted.body.upload).toMatchObject({ status: 'cancelled' });
  });
});
