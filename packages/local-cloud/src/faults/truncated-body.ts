import { setImmediate } from 'node:timers/promises';
import type { S3Response } from '../s3/http/request.ts';
import { ConnectionCut } from '../shared/connection-cut.ts';

/** The same headers and half of the body; then the connection is closed. */
export function truncated(whole: S3Response): S3Response {
  const { body, headers } = whole;
  if (body === undefined || typeof body === 'string') return whole;
  return { ...whole, body: firstHalf(body, Number(headers?.['content-length'])) };
}

async function* firstHalf(body: AsyncIterable<Uint8Array>, length: number) {
  let left = Math.floor(length / 2);
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
    if (left > 0) continue;
    // The last chunk reaches the socket after a turn of the event loop.
    await setImmediate();
    await setImmediate();
    throw new ConnectionCut('closed');
  }
}
