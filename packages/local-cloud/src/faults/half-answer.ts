import { setImmediate } from 'node:timers/promises';
import type { S3Response } from '../s3/http/request.ts';
import { ConnectionCut } from './connection-cut.ts';

/** The same headers, half of the bytes, and then the end of the connection. */
export function halfOf(whole: S3Response): S3Response {
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
    // What was written last is on its way only after a turn.
    await setImmediate();
    await setImmediate();
    throw new ConnectionCut('closed');
  }
}
