import { upload } from '../../src/node/index.ts';

/** Uploads from another server, without a file on this machine. */
export async function relay(from: string, api: string, getToken: () => string) {
  const { body, headers } = await fetch(from);
  if (!body) throw new Error(`${from} has no body.`);
  const size = Number(headers.get('content-length'));
  return upload({ stream: body, size, name: 'film.mp4', type: 'video/mp4' }, { api, getToken })
    .done;
}
