import type { IncomingMessage } from 'node:http';
import { AwsError } from '../shared/aws-error.ts';

/** DynamoDB's BatchWriteItem and BatchGetItem are the largest, with 16 MB; base64 makes the request longer. */
export const MAX_BODY_BYTES = 24 * 1024 * 1024;

/** The whole body. Throws RequestEntityTooLarge (413) as soon as the limit is passed. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const encoding = message.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AwsError(
      'UnsupportedMediaType',
      `Content-Encoding ${encoding} is not supported; send the body as it is.`,
      415,
    );
  }
  // Asked before reading: an answer can still be written, where breaking off a body would cut the connection.
  if (Number(message.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    `A request has ${MAX_BODY_BYTES} bytes at most.`,
    413,
  );
}
